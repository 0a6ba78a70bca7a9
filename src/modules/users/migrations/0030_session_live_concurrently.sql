-- The count of a list of sessions needs no rows: all that it asks of a session is in the index.
create index concurrently if not exists session_live on users.session (user_id, id desc) include (idle_expires_at, absolute_expires_at) where revoked_at is null;
drop index concurrently if exists users.session_owner;
