-- Runs that did not succeed, in the order of lists and reports: of one job in one state, and those that were left out.
create index concurrently if not exists execution_state on scheduler.execution (job_id, status, id) where status in ('canceled', 'timedOut', 'skipped', 'deadLettered');
create index concurrently if not exists execution_skipped on scheduler.execution (id) where status = 'skipped';
