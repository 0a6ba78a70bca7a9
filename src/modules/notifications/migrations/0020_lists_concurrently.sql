-- The inbox and its unread messages, counted without the rows.
create index concurrently if not exists message_inbox on notifications.message (user_id, inbox_seq desc, id desc)
  where inbox_seq is not null and status = 'delivered';
create index concurrently if not exists message_unread_delivered on notifications.message (user_id)
  where channel = 'inApp' and read_at is null and status = 'delivered';
drop index concurrently if exists notifications.message_unread;
-- What `notifications.tidy` deletes.
create index concurrently if not exists digest_closed on notifications.digest (due_at) where not is_open;
create index concurrently if not exists channel_second_second on notifications.channel_second (second);
-- Lists, in the order of their ids.
create index concurrently if not exists suppression_channel on notifications.suppression (channel, id desc);
create index concurrently if not exists schedule_created_by on notifications.schedule (created_by, id desc)
  where created_by is not null;
create index concurrently if not exists schedule_status on notifications.schedule (status, id desc);
