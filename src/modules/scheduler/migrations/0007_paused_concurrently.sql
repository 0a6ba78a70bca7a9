-- Runs that a pause has left out, which its end counts: of a busy job all runs would be read.
create index concurrently if not exists execution_paused on scheduler.execution (job_id, finished_at_utc) where skip_reason = 'paused';
