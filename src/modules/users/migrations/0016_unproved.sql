-- Registrations whose address nobody has confirmed are deleted after a week.
create index user_pending on users.user (created_at) where status = 'pending';

-- For a week after a reset by mail, sign-ins list the factors that were there before: an intruder may have added them.
alter table users.user add column reset_at timestamptz;
