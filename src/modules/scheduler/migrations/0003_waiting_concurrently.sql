-- Runs that wait for those that their job depends on.
create index concurrently if not exists execution_waiting on scheduler.execution (job_id, occurrence_at_utc) where is_waiting;
