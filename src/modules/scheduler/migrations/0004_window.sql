-- Where the window of a run begins that is decided about again, for what its job depends on.
alter table scheduler.execution add column window_after timestamptz;
