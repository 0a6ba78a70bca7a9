-- Addresses that are dead: nothing is sent there until an operator lifts it. Kept as keyed hashes, which name nobody.
create table notifications.suppression (
  id              uuid        primary key,
  channel         text        not null,
  address_hash    bytea       not null,          -- as recipient_hash of messages
  reason          text        not null,          -- what the provider said, without the address
  provider        text        not null,
  notification_id uuid,                          -- the message that found out
  created_at      timestamptz not null default now(),
  unique (channel, address_hash)
);

-- Reports of providers name a message as they named it when they took it.
create index attempt_reported on notifications.attempt (provider, provider_message_id) where provider_message_id is not null;
