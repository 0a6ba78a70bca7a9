-- Attempts that reached no provider, because the way to it was broken, are not counted against the message.
alter table notifications.message add column spared_count int not null default 0;
-- From when the message is of no use any more, such as that of a code.
alter table notifications.message add column expires_at timestamptz;
