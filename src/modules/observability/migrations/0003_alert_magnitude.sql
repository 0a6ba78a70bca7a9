-- Digits of the number that an alert is about, such as failed messages; 0 without one. With each further digit it notifies
-- again.
alter table observability.alert add column magnitude smallint not null default 0;
