-- Minutes within which messages of one category over one channel become one; null: each by itself.
alter table notifications.preference
  add column digest_minutes int check (digest_minutes between 1 and 1440);

-- Addresses without an account that said no by the link in a message.
create table notifications.opt_out (
  recipient_hash bytea       not null,
  category       text        not null,
  created_at     timestamptz not null default now(),
  primary key (recipient_hash, category)
);

-- A window that collects; its work item closes it. At most one is open for each of a person's channels and categories.
create table notifications.digest (
  id         uuid        primary key,
  user_id    uuid        not null,
  category   text        not null,
  channel    text        not null,
  due_at     timestamptz not null,
  is_open    boolean     not null default true
);
create unique index digest_open on notifications.digest (user_id, category, channel) where is_open;
