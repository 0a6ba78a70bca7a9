-- The cells of reports once more, of whole days of creation and without the hour of sending: a report over months reads these,
-- and cells of hours at the ends of its range alone.
create table notifications.report_day (
  day          timestamptz not null,
  channel      text        not null,
  category     text        not null,
  template     text,
  provider     text,
  status       text        not null,
  latency_step smallint,
  count        bigint      not null,
  unique nulls not distinct (day, channel, category, template, provider, status, latency_step)
);
insert into notifications.report_day
  select date_trunc('day', hour, 'UTC'), channel, category, template, provider, status, latency_step, sum(count)
  from notifications.report group by 1, 2, 3, 4, 5, 6, 7;
