-- How far events were copied to ClickHouse, by the time of their receipt. Without ClickHouse it stays empty.
create table logging.relay (
  is_only    bool primary key default true check (is_only),
  closed_to  timestamptz,  -- no event that was received before is committed any more
  relayed_to timestamptz   -- all events that were received before are in ClickHouse, none that was received later is read there
);

insert into logging.relay default values;

-- Deleted events that PostgreSQL has no longer: each is deleted once, and the copy in ClickHouse follows.
create table logging.archive_deletion (
  event_id uuid primary key
);
