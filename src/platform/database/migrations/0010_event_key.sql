-- A consumer behind a broker asks whether it has handled the event before, of the same key.
create index event_key on platform.event (key, pos);

-- Events that the broker did not deliver and that were taken from the log.
alter table platform.cursor
  add lost    bigint not null default 0,
  add lost_at timestamptz,
  add shards  int; -- of the relay: the number of queues per consumer
