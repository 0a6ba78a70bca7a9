create schema exports;

-- owner_id names a user but is no foreign key: modules do not reach into each other's tables.
create table exports.export (
  id          uuid        primary key,  -- UUIDv7: order by id is order by creation
  owner_id    uuid        not null,
  session_id  uuid,                     -- it ends with the session that asked for it, and with the organisation
  organisation_id uuid,                 -- that the session worked in; null: none
  path        text        not null,
  query       text        not null,
  format      text        not null,
  status      text        not null default 'waiting',
  row_count   bigint      not null default 0,
  size_bytes  bigint,
  error       text,
  storage_key text,                     -- null until it is done
  created_at  timestamptz not null default now(),
  ended_at    timestamptz               -- null while it waits or runs
);

create index export_owner on exports.export (owner_id, id desc);
create index export_storage on exports.export (storage_key) where storage_key is not null;
create index export_ended on exports.export (ended_at) where ended_at is not null;
