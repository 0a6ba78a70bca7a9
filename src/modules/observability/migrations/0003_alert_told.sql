-- The number with which an alert has last notified, such as of failed messages; 0 without one. At ten times of it, it notifies
-- again.
alter table observability.alert add column told double precision not null default 0;
