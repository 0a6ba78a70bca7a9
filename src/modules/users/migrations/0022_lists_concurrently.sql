-- The list of accounts in each of its orders. Deleted accounts keep their rows, and would be read in vain.
create index concurrently if not exists user_present on users.user (id desc) where status <> 'deleted';
create index concurrently if not exists user_present_email on users.user (email, id) where status <> 'deleted';
create index concurrently if not exists user_present_last_name on users.user (last_name, id) where status <> 'deleted';
drop index concurrently if exists users.user_last_name;

-- States that few accounts are in.
create index concurrently if not exists user_rare_status on users.user (status, id desc)
  where status in ('pending', 'disabled');
create index concurrently if not exists user_locked on users.user (locked_until) where locked_until is not null;
create index concurrently if not exists lockout_locked on users.lockout (locked_until, user_id)
  where locked_until is not null;
