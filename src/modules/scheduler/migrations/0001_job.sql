create schema scheduler;

-- As instants are written in JSON.
create function scheduler.iso(at timestamptz) returns text
  language sql stable strict parallel safe
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- owner_id names a user but is no foreign key: modules do not use each other's tables. Null: a duty of the program.
create table scheduler.job (
  id                       uuid        primary key,
  name                     text        not null check (length(name) between 1 and 200),
  description              text        not null,
  type                     text        not null,
  owner_id                 uuid,
  is_declared              boolean     not null default false,
  tags                     text[]      not null default '{}',
  payload                  jsonb       not null,              -- secrets are masked in it
  secret                   bytea,                             -- and sealed here
  concurrency_key          text,
  max_retry_attempts       int         not null,
  retry_backoff_seconds    int         not null,
  backoff                  text        not null check (backoff in ('fixed', 'linear', 'exponential')),
  max_execution_seconds    int         not null,
  max_consecutive_failures int         not null,
  concurrency              text        not null check (concurrency in ('forbid', 'allow', 'replace')),
  priority                 text        not null check (priority in ('high', 'medium', 'low')),
  status                   text        not null default 'active' check (status in ('active', 'inactive', 'paused', 'quarantined')),
  status_at                timestamptz not null default now(),
  status_until             timestamptz,
  status_reason            text,
  consecutive_failures     int         not null default 0,
  next_run_at_utc          timestamptz,
  last_run_at_utc          timestamptz,
  last_status              text,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now(),
  version                  int         not null default 1,
  search_text              text        generated always as (platform.search_text(name || ' ' || description)) stored
) with (fillfactor = 70); -- each run changes its row, and no index, if there is room
create unique index job_name on scheduler.job (platform.canonical_name(name));
create index job_owner on scheduler.job (owner_id, id);
create index job_type on scheduler.job (type, id);
create index job_tags on scheduler.job using gin (tags);
create index job_search on scheduler.job using gin (platform.search_keys('', search_text)) with (gin_pending_list_limit = 512);
create index job_quarantined on scheduler.job (id) where status = 'quarantined';
create index job_paused on scheduler.job (id) where status = 'paused';
create index job_inactive on scheduler.job (id) where status = 'inactive';

-- At most one of a job. When it runs next is in the row of the job, which is locked for every decision.
create table scheduler.schedule (
  job_id           uuid        primary key references scheduler.job on delete cascade,
  type             text        not null check (type in ('cron', 'interval', 'oneTime')),
  cron_expression  text,
  time_zone        text        not null,
  gap              text        check (gap in ('end', 'shift', 'skip')),
  fold             text        check (fold in ('first', 'last', 'both')),
  interval_seconds int,
  every            int,
  unit             text        check (unit in ('seconds', 'days', 'weeks', 'months')),
  one_time_at_utc  timestamptz,
  start_at_utc     timestamptz,
  end_at_utc       timestamptz,
  misfire_policy   text        not null check (misfire_policy in ('fireNow', 'skip', 'catchUp')),
  max_catch_up_runs int        not null,
  jitter_seconds   int         not null,
  holidays         text[]      not null default '{}',
  anchor_at_utc    timestamptz not null,
  zone_data        text        not null
);
create index schedule_zone_data on scheduler.schedule (zone_data);

create sequence scheduler.fencing_token;

create table scheduler.execution (
  id                 uuid        primary key,
  job_id             uuid        not null references scheduler.job on delete cascade,
  type               text        not null,
  status             text        not null check (status in ('scheduled', 'running', 'succeeded', 'failed', 'canceled', 'timedOut', 'skipped', 'deadLettered')),
  triggered_by       text        not null check (triggered_by in ('schedule', 'manual', 'dependency', 'catchUp', 'replay')),
  triggered_by_id    uuid,
  occurrence_at_utc  timestamptz not null,
  scheduled_at_utc   timestamptz not null,
  started_at_utc     timestamptz,
  finished_at_utc    timestamptz,
  duration_ms        int         generated always as (least(greatest(extract(epoch from (finished_at_utc - started_at_utc)) * 1000, 0), 2147483647)::int) stored,
  node_id            uuid,
  fencing_token      bigint,
  attempt            int         not null default 0,
  max_attempts       int         not null,
  is_replay          boolean     not null default false,
  replay_of          uuid,
  replayed_as        uuid,
  is_waiting         boolean     not null default false,
  error              text,
  dead_letter_reason text,
  skip_reason        text,
  skipped_for        uuid,
  left_out_count     int         not null default 1,
  progress           smallint,
  progress_note      text,
  past_attempts      jsonb       not null default '[]',
  log                jsonb       not null default '[]'
) with (fillfactor = 80);
-- One run per occurrence, whatever the leases do.
create unique index execution_occurrence on scheduler.execution (job_id, occurrence_at_utc) where triggered_by in ('schedule', 'dependency', 'catchUp');
create index execution_job on scheduler.execution (job_id, id);
-- `failed`: an attempt has failed, and another one follows.
create index execution_unfinished on scheduler.execution (job_id, id) where status in ('scheduled', 'running', 'failed');
create index execution_running on scheduler.execution (type) where status = 'running';
create index execution_due on scheduler.execution (scheduled_at_utc) where status = 'scheduled' and not is_waiting;
create index execution_dead on scheduler.execution (job_id, id) where status in ('deadLettered', 'timedOut') and replayed_as is null;
create index execution_trouble on scheduler.execution (status, id) where status not in ('succeeded', 'skipped');

create index execution_ended on scheduler.execution (finished_at_utc) where status in ('succeeded', 'canceled', 'timedOut', 'skipped', 'deadLettered');
create index execution_triggered_by on scheduler.execution (triggered_by_id) where triggered_by_id is not null;

-- A job runs after those that it depends on.
create table scheduler.dependency (
  job_id            uuid not null references scheduler.job on delete cascade,
  depends_on_job_id uuid not null references scheduler.job on delete cascade,
  primary key (job_id, depends_on_job_id)
);
create index dependency_of on scheduler.dependency (depends_on_job_id, job_id);
