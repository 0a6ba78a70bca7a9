create schema notifications;

-- Addresses and contents are sealed under the application key; ids and states are not.
create table notifications.recipient (
  user_id      uuid  primary key,
  email_sealed bytea not null,
  language     text  not null check (language in ('en', 'fa')),
  time_zone    text  not null
);

-- What a person wants to hear of beyond the default of a category.
create table notifications.preference (
  user_id  uuid    not null,
  category text    not null,
  channel  text    not null,
  wanted   boolean not null,
  primary key (user_id, category, channel)
);

create table notifications.message (
  id               uuid        primary key,   -- UUIDv7; the provider's idempotency key
  user_id          uuid,                      -- null: to an address without an account
  channel          text        not null check (channel in ('email', 'inApp')),
  category         text        not null,
  priority         text        not null check (priority in ('high', 'medium', 'low')),
  template         text        not null,
  language         text        not null,
  recipient_sealed bytea       not null,
  content_sealed   bytea       not null,      -- JSON: subject, text, html
  status           text        not null check (status in ('pending', 'sent', 'delivered', 'failed')),
  read_at          timestamptz,               -- in-app messages only
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);
create index message_user on notifications.message (user_id, id desc);
create index message_inbox on notifications.message (user_id, id desc) where channel = 'inApp';

create table notifications.attempt (
  message_id          uuid        not null references notifications.message (id) on delete cascade,
  number              int         not null,
  provider            text        not null,
  started_at          timestamptz not null,
  duration_ms         int         not null,
  outcome             text        not null check (outcome in ('sent', 'deferred', 'bounced', 'error')),
  provider_message_id text,
  error               text,
  primary key (message_id, number)
);
