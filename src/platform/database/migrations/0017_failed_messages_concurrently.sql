create index concurrently if not exists work_failed on platform.work (
  (case queue when 'platform.inbox' then 'inbox' when 'platform.outbox' then 'outbox' else 'work' end),
  (case when due_at = 'infinity' then 'failed' else 'retrying' end), id)
  where error is not null and not parked and queue <> 'platform.job';
