-- When a node last had this consumer. One that is no longer part of the program must not keep the log for ever.
alter table platform.cursor add known_at timestamptz not null default now();
