-- Runs that wait for those that their job depends on.
create index concurrently if not exists execution_waiting on scheduler.execution (job_id, occurrence_at_utc) where is_waiting;
-- What dependencies have done within a window, whatever has triggered it.
create index concurrently if not exists execution_window on scheduler.execution (job_id, occurrence_at_utc);
