-- Attempts whose password is still being compared: they count among the wrong ones, and others wait only for a moment.
alter table files.link_attempt add column undecided_attempts int not null default 0;
alter table files.link add column undecided_attempts int not null default 0;
