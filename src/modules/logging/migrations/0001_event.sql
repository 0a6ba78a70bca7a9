create schema logging;

-- One partition per day of receipt; days are dropped whole. actor_id and the like name things that other programs know.
create table logging.event (
  id               uuid        not null,  -- UUIDv7, of the time of receipt
  received_at      timestamptz not null,
  timestamp_utc    timestamptz not null,
  level            smallint    not null,  -- 1 trace … 6 fatal
  message          text        not null,
  source_service   text        not null,
  source_module    text,
  source_instance  text,
  trace_id         text,
  span_id          text,
  request_id       text,
  tenant_id        text,
  actor_type       text,
  actor_id         text,
  outcome          text,
  session_id       text,
  ip               text,
  user_agent       text,
  device_info      text,
  http_method      text,
  http_path        text,
  http_status_code smallint,
  error_code       text,
  error_stack_hash text,
  tags             text[]      not null,
  payload          json        not null,  -- not jsonb: the checksum covers its bytes
  pattern          text        not null,
  fingerprint      text        not null,
  checksum         bytea       not null,
  tokens           tsvector    not null,  -- cut by the program: the server parses no text
  deleted_at       timestamptz
) partition by range (received_at);

create index event_id on logging.event (id);
create index event_received on logging.event using brin (received_at);
create index event_time on logging.event (timestamp_utc, id);
create index event_service on logging.event (source_service, level, timestamp_utc, id);
create index event_trace on logging.event (trace_id, timestamp_utc, id) where trace_id is not null;
create index event_actor on logging.event (actor_id, id) where actor_id is not null;
-- New rows wait in a list that a job empties: 256 MB hold what arrives meanwhile, so that no insert has to do it.
create index event_tokens on logging.event using gin (tokens) with (fastupdate = on, gin_pending_list_limit = 262144);

-- How many events there are, by the minute, the hour and the day of their time (`seconds`), written with the events themselves.
-- Each writer has its own rows, so that writers do not wait for each other.
create table logging.rollup (
  day      timestamptz not null,  -- of receipt: the partition of the events
  seconds  int         not null,
  bucket   timestamptz not null,
  level    smallint    not null,
  service  text        not null,
  module   text        not null,
  outcome  text        not null,
  writer   int         not null,
  count    bigint      not null,
  primary key (day, seconds, bucket, level, service, module, outcome, writer)
) partition by range (day);

-- Counts over months read the rows of days alone, which lie between all others.
create index rollup_day on logging.rollup (bucket) include (day, level, service, module, outcome, count) where seconds = 86400;

-- Events whose checksum did not match when they were read.
create table logging.corruption (
  event_id uuid        primary key,
  found_at timestamptz not null default now()
);
