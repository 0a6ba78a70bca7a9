-- What the objectives count, over all processes: by minute for three days, for alerts, and by ten minutes for 31 days, for
-- the error budget.
create table observability.objective_minute (
  objective text        not null,
  minute    timestamptz not null,
  good      bigint      not null,
  bad       bigint      not null,
  primary key (objective, minute)
);
create table observability.objective_slot (
  objective text        not null,
  slot      timestamptz not null,
  good      bigint      not null,
  bad       bigint      not null,
  primary key (objective, slot)
);

-- Alerts, open or closed. One that fires again soon after it was closed is opened again, and notifies nobody.
create table observability.alert (
  id        uuid        primary key,          -- UUIDv7: order by id is order by creation
  subject   text        not null,
  tier      text        not null,
  severity  text        not null check (severity in ('critical', 'medium')),
  details   text        not null,
  opened_at timestamptz not null,
  closed_at timestamptz
);
create unique index alert_open on observability.alert (subject) where closed_at is null;
create index alert_subject on observability.alert (subject, id);
