-- Each start reads the jobs that modules declare, which are few.
create index concurrently if not exists job_declared on scheduler.job (name) where is_declared;
