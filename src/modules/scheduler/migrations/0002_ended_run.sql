-- Runs that have ended, and changes (without an occurrence) of jobs on which others depend: what follows from each is decided
-- by a work item. Open: jobs without a schedule may still run because of it.
create table scheduler.ended_run (
  id                uuid        primary key,
  job_id            uuid        not null references scheduler.job on delete cascade,
  occurrence_at_utc timestamptz,
  is_open           boolean     not null default true
);
create index ended_run_job on scheduler.ended_run (job_id);
-- Grows when a run that was left out runs after all: work items of another generation are ignored.
alter table scheduler.execution add column generation int not null default 0;
