-- Messages that a consumer has sent to the dead-letter queue.
alter table platform.cursor
  add refused    bigint not null default 0,
  add refused_at timestamptz;
