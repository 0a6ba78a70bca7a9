-- A run begins where the last clean report ended, if it was asked to.
alter table audit.run add column incremental boolean not null default false;
drop index audit.run_running;
create unique index run_running on audit.run (update_flags, incremental) where status = 'running';
