-- Schedules of messages that a person created.
create index concurrently if not exists schedule_message_author on notifications.schedule (message_created_by, id desc)
  where message_created_by is not null;
-- Messages of a person, and those that a person created, in states that few messages stay in.
create index concurrently if not exists message_user_rare on notifications.message (user_id, status, id desc)
  where status in ('scheduled', 'failed', 'cancelled', 'archived');
create index concurrently if not exists message_author_rare on notifications.message (created_by, status, id desc)
  where created_by is not null and status in ('scheduled', 'failed', 'cancelled', 'archived');
-- Messages to an address and to no account, which the erasure of a person deletes.
create index concurrently if not exists message_stranger on notifications.message (recipient_hash)
  where user_id is null and recipient_hash is not null;
