-- Whose address is locked, where somebody has it: administrators see the lock, and can lift it.
alter table users.lockout add column user_id uuid references users.user (id) on delete cascade;
create index lockout_owner on users.lockout (user_id);

-- Administrators list accounts by these.
create index user_last_name on users.user (last_name, id);
