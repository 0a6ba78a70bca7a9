-- Accounts that an import has made, by the ids that their people had in another system. An import leaves those alone.
create table users.imported (
  external_id text        collate "C" primary key,
  user_id     uuid        not null unique references users.user (id) on delete cascade,
  imported_at timestamptz not null default now()
);
