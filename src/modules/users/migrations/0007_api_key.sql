-- Keys of machines, on behalf of a person. Of the secret there is only a hash: 256 random bits need no slow one.
create table users.api_key (
  id           uuid        primary key,
  user_id      uuid        not null references users.user (id) on delete cascade,
  prefix       text        not null,               -- shown in lists, and how a key is found
  hash         bytea       not null,               -- SHA-256 over the whole key
  name         text        not null,
  scopes       text[]      not null,               -- permission codes; what the owner lost has no effect
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  last_used_at timestamptz                         -- to about five minutes
);
create unique index api_key_prefix on users.api_key (prefix);
create index api_key_owner on users.api_key (user_id, id desc);
