-- When a message goes out: once, or again and again as copies of its own.
create table notifications.schedule (
  id              uuid        primary key,
  notification_id uuid        not null references notifications.message (id) on delete cascade,
  created_by      text,
  rule            text,                                        -- five-field cron expression; null: once
  rule_name       text,                                        -- as it was asked for
  time_zone       text        not null,
  next_run_at     timestamptz,                                 -- null: over
  last_run_at     timestamptz,
  run_count       int         not null default 0,
  status          text        not null check (status in ('active', 'done', 'cancelled')),
  created_at      timestamptz not null default now()
);
create index schedule_notification on notifications.schedule (notification_id);
