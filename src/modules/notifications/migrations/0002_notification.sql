-- Messages from a template or a raw payload, over every channel, now or later.
alter table notifications.message
  drop constraint message_channel_check,
  drop constraint message_status_check,
  alter column template drop not null,
  add column created_by         text,                          -- who asked for it; null: the program itself
  add column template_id        uuid,
  add column template_revision  int,
  add column recipient_hash     bytea,                         -- keyed: finds one address again without storing it
  add column schedule_id        uuid,
  add column scheduled_at       timestamptz,                   -- not before; null: at once
  add column digest_id          uuid,
  add column inbox_seq          bigint,                        -- in-app only: the place in the person's inbox
  add column generation         int         not null default 0, -- work of an earlier plan finds that it is not meant
  add column attempt_count      int         not null default 0, -- begun; one more than on record while one is under way
  add column begun_at           timestamptz,                   -- of the newest attempt
  add column sent_at            timestamptz,
  add column delivered_at       timestamptz,
  add column provider           text,                          -- that took it, or was asked last
  add column status_reason      text;                          -- why it was cancelled, failed or merged

alter table notifications.message
  add constraint message_channel_check check
    (channel in ('email', 'sms', 'push', 'inApp', 'slack', 'teams', 'telegram', 'webhook')),
  add constraint message_status_check check
    (status in ('pending', 'scheduled', 'sending', 'sent', 'delivered', 'failed', 'cancelled', 'archived'));

create index message_created_by on notifications.message (created_by, id desc) where created_by is not null;
create index message_recent on notifications.message (recipient_hash, begun_at desc) where begun_at is not null;
create index message_digest on notifications.message (digest_id) where digest_id is not null;
create index message_schedule on notifications.message (schedule_id) where schedule_id is not null;
create index message_created_at on notifications.message (created_at);
create unique index message_inbox_seq on notifications.message (user_id, inbox_seq) where inbox_seq is not null;
drop index notifications.message_inbox;
create index message_unread on notifications.message (user_id) where channel = 'inApp' and read_at is null;

-- What lay in inboxes before has its place by its age.
update notifications.message m set inbox_seq = placed.seq
from (select id, row_number() over (partition by user_id order by id) as seq from notifications.message where channel = 'inApp') placed
where placed.id = m.id;

-- Counts the messages of an inbox; its lock makes their order the order of their commits, so that streams miss none.
create table notifications.inbox (
  user_id uuid   primary key,
  seq     bigint not null
);
insert into notifications.inbox (user_id, seq)
  select user_id, max(inbox_seq) from notifications.message where inbox_seq is not null group by user_id;

alter table notifications.attempt
  drop constraint attempt_outcome_check,
  add column error_class text,
  add constraint attempt_outcome_check check (outcome in ('sent', 'deferred', 'bounced', 'error', 'lost'));
create index attempt_provider_message on notifications.attempt (provider_message_id) where provider_message_id is not null;

alter table notifications.recipient
  add column email_hash bytea,
  add column quiet_from time,                                  -- both or neither
  add column quiet_to   time;
create index recipient_email on notifications.recipient (email_hash) where email_hash is not null;

-- Counts what one channel has handed over in one second; old seconds are swept.
create table notifications.channel_second (
  channel text        not null,
  second  timestamptz not null,
  count   int         not null,
  primary key (channel, second)
);
