-- Who somebody is elsewhere. The key is the issuer's subject, never the address, which can change hands.
create table users.external_identity (
  id           uuid        primary key,
  user_id      uuid        not null references users.user (id) on delete cascade,
  provider     text        not null,             -- as the configuration names it
  issuer       text        not null,
  subject      text        not null,
  created_at   timestamptz not null,
  last_used_at timestamptz not null,
  unique (issuer, subject)
);
create index external_identity_owner on users.external_identity (user_id);
