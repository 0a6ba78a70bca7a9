-- What an operator sees of an item that failed: which event it is, and each attempt that failed, the last 20.
alter table platform.work
  add type     text,   -- of the parked event; null for other work
  add failures jsonb;  -- [{ at, attempt, error }], oldest first

create function platform.with_failure(failures jsonb, attempt int, error text) returns jsonb
  language sql stable
  return jsonb_path_query_array(
    coalesce(failures, '[]') || jsonb_build_array(jsonb_build_object(
      'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'attempt', attempt, 'error', error)),
    '$[last - 19 to last]');

update platform.work w set type = e.type
from platform.event e
where w.queue in ('platform.inbox', 'platform.outbox')
  and e.xid = split_part(w.ref, ' ', 2)::xid8 and e.pos = split_part(w.ref, ' ', 3)::bigint;

-- Items whose last attempt failed. Recurring jobs are left out: they always become due again.
create view platform.failed_message as
select w.id,
  case w.queue when 'platform.inbox' then 'inbox' when 'platform.outbox' then 'outbox' else 'work' end as box,
  case when w.due_at = 'infinity' then 'failed' else 'retrying' end as state,
  coalesce(w.type, w.queue) as type,
  case w.queue when 'platform.inbox' then split_part(w.ref, ' ', 1) end as consumer,
  w.queue, w.ref, w.key, w.attempt, w.error, coalesce(w.failures, '[]') as failures, w.origin
from platform.work w
where w.error is not null and not w.parked and w.queue <> 'platform.job';
