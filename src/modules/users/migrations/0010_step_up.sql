-- When the user of the session last gave a password or factor: sensitive calls require a recent proof.
alter table users.session add column proved_at timestamptz;
update users.session set proved_at = created_at;
alter table users.session alter column proved_at set not null;

-- Wrong codes and passwords of somebody who is known already; kept for as long as they count.
create table users.wrong_guess (
  user_id    uuid        not null references users.user (id) on delete cascade,
  kind       text        not null check (kind in ('factor', 'password')),
  guessed_at timestamptz not null
);
create index wrong_guess_owner on users.wrong_guess (user_id, kind, guessed_at);
