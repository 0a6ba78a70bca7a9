-- The cluster of PostgreSQL whose transaction ids the event log has: they mean nothing in another one.
create table platform.cluster (
  is_current        boolean primary key default true check (is_current),
  system_identifier text
);

-- While a backup copies objects, none that was in use when it began is removed. A backup that is killed renews no more.
create table platform.removal_pause (
  id    uuid        primary key,
  until timestamptz not null
);

-- Backups that the program has made by itself, or by command.
create table platform.backup (
  file         text        primary key,
  made_at      timestamptz not null,
  bytes        bigint      not null,
  is_encrypted boolean     not null,
  verified_at  timestamptz
);
