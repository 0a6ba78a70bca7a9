-- By an administrator. Nobody else can end somebody's sessions by locking: strangers lock only strangers out.
alter table users.user add column locked_until timestamptz;
