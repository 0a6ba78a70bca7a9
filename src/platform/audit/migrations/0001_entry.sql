-- Audit entries are rows of the unit of work; the audit module seals and reads them.
create schema audit;

-- Pseudonymous ids only. What can name a person is in audit.payload, of which `payload_hash` is the commitment.
create table audit.entry (
  id            uuid        primary key,       -- UUIDv7
  timestamp_utc timestamptz not null,
  actor_type    text        not null,
  actor_id      text        not null,
  action        text        not null,
  resource_type text        not null,
  resource_id   text        not null,
  outcome       text        not null check (outcome in ('success', 'failure', 'denied')),
  request_id    text        not null,
  trace_id      text,
  payload_hash  bytea       not null           -- HMAC-SHA-256 (salt, JCS of payload, ip and user agent)
);
create index entry_actor on audit.entry (actor_id, id desc);
create index entry_resource on audit.entry (resource_type, resource_id, id desc);
create index entry_action on audit.entry (action text_pattern_ops, id desc);

create table audit.payload (
  entry_id uuid  primary key references audit.entry (id),
  salt     bytea not null,
  sealed   bytea not null                      -- AES-256-GCM over the same JCS text
);

create function audit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit.% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger entry_append_only before update or delete on audit.entry
  for each row execute function audit.refuse_change();
create trigger entry_no_truncate before truncate on audit.entry
  for each statement execute function audit.refuse_change();
