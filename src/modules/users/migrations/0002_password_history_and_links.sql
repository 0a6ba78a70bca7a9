-- Hashes of passwords that an account had before the present one: the newest four.
create table users.password_history (
  id      uuid primary key,                        -- UUIDv7: the order
  user_id uuid not null references users.user (id) on delete cascade,
  hash    text not null
);
create index password_history_owner on users.password_history (user_id, id desc);

-- A mail carries a link beside its code: guesses that a stranger burns do not stop the owner.
alter table users.code add column link_mac bytea;  -- HMAC of the 256-bit token; null once used
create unique index code_link on users.code (link_mac);
