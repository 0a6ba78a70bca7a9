-- Registrations whose address nobody has confirmed are deleted after a week.
create index user_pending on users.user (created_at) where status = 'pending';
