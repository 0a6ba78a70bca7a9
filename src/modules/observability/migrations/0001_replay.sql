create schema observability;

create table observability.replay (
  id          uuid        primary key,          -- UUIDv7: order by id is order by creation
  box         text        not null check (box in ('outbox', 'inbox', 'work')),
  take        int         not null,
  filter      jsonb       not null,
  dry_run     boolean     not null,
  matched     int         not null,
  created_at  timestamptz not null default now(),
  finished_at timestamptz
);

-- The messages of a replay, and how each ended. message_id names a work item of the platform, which is gone when it has
-- succeeded.
create table observability.replay_message (
  replay_id  uuid not null references observability.replay (id) on delete cascade,
  message_id uuid not null,
  outcome    text not null check (outcome in ('pending', 'running', 'succeeded', 'failed', 'discarded')),
  primary key (replay_id, message_id)
);
create index replay_message_open on observability.replay_message (message_id) where outcome in ('pending', 'running');
