-- The words of the events of a day, so that a part of a word finds those that contain it. A word may be here more than once: each
-- process adds those that it has not added before.
create table logging.word (
  day  timestamptz not null,  -- of receipt: the partition of the events
  word text        not null,
  keys text[]      not null   -- every three letters in a row, cut by the program
) partition by range (day);

-- As with the words of events, new rows wait in a list.
create index word_keys on logging.word using gin (keys) with (fastupdate = on, gin_pending_list_limit = 65536);
