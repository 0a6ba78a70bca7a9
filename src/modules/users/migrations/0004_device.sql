-- Devices that have signed in to an account. What they type wrong is counted apart from what strangers do.
create table users.device (
  user_id         uuid        not null references users.user (id) on delete cascade,
  id              uuid        not null,            -- the device's own: one browser may know several accounts
  label           text        not null,
  first_seen_at   timestamptz not null,
  last_seen_at    timestamptz not null,
  failures        int         not null default 0,
  last_failure_at timestamptz not null,
  locked_until    timestamptz,
  primary key (user_id, id)
);
