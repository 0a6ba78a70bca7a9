create table logging.rule (
  id                   uuid        primary key,
  name                 text        not null,
  is_enabled           boolean     not null,
  kind                 text        not null check (kind in ('threshold', 'absence', 'rate')),
  minimum_level        smallint    not null,
  contains_text        text,                  -- a part of the message; * stands for any characters
  service              text,                  -- likewise, of the whole name
  module               text,
  window_seconds       int         not null,
  threshold_count      int         not null,
  rate_percent         int,                   -- only of kind rate
  group_by             text,                  -- field of the event; null: all events together
  cooldown_seconds     int         not null,
  auto_resolve_seconds int         not null,
  severity             text        not null,
  action               text        not null check (action in ('notify', 'none')),
  since                timestamptz not null,  -- when it was last enabled: before that nothing can be absent
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  version              int         not null default 1
);

-- Counts the changes of all rules: every ingest transaction reads it, so that a new rule misses nothing on any node.
create table logging.rule_set (
  is_only boolean primary key default true check (is_only),
  version bigint  not null default 1
);
insert into logging.rule_set default values;

-- Matches by ten seconds of receipt; each writer has its own rows, so that writers do not wait for each other.
create table logging.match_count (
  rule_id     uuid        not null,
  group_value text        not null,
  bucket      timestamptz not null,
  writer      int         not null,
  matched     bigint      not null,
  total       bigint      not null,  -- of kind rate: all events of its services
  primary key (rule_id, group_value, bucket, writer)
);
create index match_count_bucket on logging.match_count (bucket);

create table logging.incident (
  id                   uuid        primary key,  -- UUIDv7: order by id is order by the first opening
  rule_id              uuid,
  fingerprint          text        not null,     -- of the rule and the group, or of what another module reports
  title                text        not null,
  description          text        not null,
  service              text,
  group_value          text        not null,
  severity             text        not null,
  status               text        not null check (status in ('open', 'acknowledged', 'resolved')),
  count                bigint      not null,
  reopened_count       int         not null default 0,
  opened_at            timestamptz not null,
  last_seen_at         timestamptz not null,
  acknowledged_at      timestamptz,
  acknowledged_by      text,
  resolved_at          timestamptz,
  resolved_by          text,
  notifies             boolean     not null,
  notified_at          timestamptz,
  silenced_by          uuid,
  cooldown_seconds     int         not null,
  auto_resolve_seconds int         not null,
  version              int         not null default 1
);
-- Two nodes never open the same incident twice.
create unique index incident_open on logging.incident (fingerprint) where status <> 'resolved';
create index incident_fingerprint on logging.incident (fingerprint, id desc);
create index incident_status on logging.incident (status, id desc);

create table logging.incident_step (
  id          uuid        primary key,
  incident_id uuid        not null references logging.incident (id),
  at          timestamptz not null,
  kind        text        not null,
  actor_id    text,
  note        text
);
create index incident_step_incident on logging.incident_step (incident_id, id);

create table logging.silence (
  id            uuid        primary key,
  rule_id       uuid,
  service       text,
  fingerprint   text,
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  repeats       text        not null check (repeats in ('never', 'daily', 'weekly')),
  repeats_until timestamptz,
  reason        text        not null,
  created_by    text        not null,
  created_at    timestamptz not null default now()
);
create index silence_end on logging.silence (coalesce(repeats_until, ends_at));
