-- A key with which somebody else acts as the person, for support: who, and why.
alter table users.api_key
  add column impersonator_id uuid references users.user (id),
  add column reason text;
