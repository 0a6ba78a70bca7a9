-- Hashes of passwords that an account had before the present one: the newest four.
create table users.password_history (
  id      uuid primary key,                        -- UUIDv7: the order
  user_id uuid not null references users.user (id) on delete cascade,
  hash    text not null
);
create index password_history_owner on users.password_history (user_id, id desc);
