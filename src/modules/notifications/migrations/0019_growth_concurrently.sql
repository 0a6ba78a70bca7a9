-- Lists of all messages by state and by channel, in the order of their ids.
create index concurrently if not exists message_status on notifications.message (status, id desc);
create index concurrently if not exists message_channel on notifications.message (channel, id desc);
-- Instants of creation are found by the ids.
drop index concurrently if exists notifications.message_created_at;
