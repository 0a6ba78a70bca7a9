-- Reports read counts and not messages. A cell counts the messages of one hour of creation that agree in all columns: their
-- state, and once a provider took them, the hour of that and the step of the latency (null before). A step is an eighth of
-- an octave: step s is from 2^((s-1)/8) to 2^(s/8) milliseconds.
create table notifications.report (
  hour         timestamptz not null,
  channel      text        not null,
  category     text        not null,
  template     text,
  provider     text,
  status       text        not null,
  sent_hour    timestamptz,
  latency_step smallint,
  count        bigint      not null,
  unique nulls not distinct (hour, channel, category, template, provider, status, sent_hour, latency_step)
);

-- What is to be added to the cells: written with each change of a message, so that no two of them wait for one cell.
create table notifications.report_change (
  id           bigint      generated always as identity primary key,
  hour         timestamptz not null,
  channel      text        not null,
  category     text        not null,
  template     text,
  provider     text,
  status       text        not null,
  sent_hour    timestamptz,
  latency_step smallint,
  count        smallint    not null
);

-- The messages from before this migration that are still to be counted: those with an id after `after` and up to `until`.
create table notifications.report_backfill (after uuid not null, until uuid not null);

-- Rows are added and deleted all the time, and read in their order: what is deleted must go soon.
alter table notifications.report_change set
  (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

create function notifications.latency_step(m notifications.message) returns smallint language sql immutable as $$
  select case when m.sent_at is not null then ceil(8 / ln(2) * ln(greatest(1,
    (extract(epoch from m.sent_at - coalesce(m.scheduled_at, m.created_at)) * 1000)::float8)))::smallint end
$$;

create function notifications.note_report(m notifications.message, change int) returns void language sql as $$
  insert into notifications.report_change
    (hour, channel, category, template, provider, status, sent_hour, latency_step, count)
  select date_trunc('hour', m.created_at, 'UTC'), m.channel, m.category, m.template, m.provider, m.status,
         date_trunc('hour', m.sent_at, 'UTC'), notifications.latency_step(m), change
$$;

-- Until it was counted, a message from before is counted by nobody else. The lock makes the count wait for this transaction,
-- so that it sees its message.
create function notifications.is_uncounted(m notifications.message) returns boolean language plpgsql as $$ begin
  perform from notifications.report_backfill b where m.id > b.after and m.id <= b.until for share;
  return found;
end $$;

-- What has ended stays counted when its message is deleted; what had not ended is taken back.
create function notifications.note_report_change() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then
    if old.status in ('pending', 'scheduled', 'sending') then
      if not notifications.is_uncounted(old) then perform notifications.note_report(old, -1); end if;
    elsif notifications.is_uncounted(old) then perform notifications.note_report(old, 1);
    end if;
    return null;
  end if;
  if notifications.is_uncounted(new) then return null; end if;
  if tg_op = 'UPDATE' then perform notifications.note_report(old, -1); end if;
  perform notifications.note_report(new, 1);
  return null;
end $$;

create trigger report_insert after insert on notifications.message
  for each row execute function notifications.note_report_change();
create trigger report_update after update on notifications.message for each row
  when ((old.status, old.provider, old.sent_at) is distinct from (new.status, new.provider, new.sent_at))
  execute function notifications.note_report_change();
create trigger report_delete after delete on notifications.message
  for each row execute function notifications.note_report_change();

insert into notifications.report_backfill
  select '00000000-0000-0000-0000-000000000000', id from notifications.message order by id desc limit 1;
