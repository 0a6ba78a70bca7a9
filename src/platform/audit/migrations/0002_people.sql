-- Whose an entry's payload is, keys per person, and what waits to be chained.

-- Destroying a person's key makes what is sealed under it unreadable everywhere, backups of this table aside. The row
-- stays, so that nothing is sealed for them again.
create table platform.person_key (
  person_id text        primary key,
  wrapped   bytea,                             -- 32 bytes, sealed under the application secret; null once destroyed
  created_at timestamptz not null default now(),
  destroyed_at timestamptz
);

-- Empty for nobody's; null in entries older than this column, whose payloads are under the application's key.
alter table audit.entry add column subject_id text;
create index entry_subject on audit.entry (subject_id, id desc) where subject_id <> '';
create index entry_request on audit.entry (request_id);

-- `sealed`: the payload, under the key of the person it is about. `origin`: address and agent, under the actor's. Both
-- begin with the entry's id, so that none passes for another's. Older rows hold everything in `sealed`.
alter table audit.payload add column origin bytea;
alter table audit.payload alter column salt drop not null; -- goes with either person

-- Inserted with the entry, deleted when it is chained.
create table audit.unsealed (
  entry_id uuid        primary key,
  at       timestamptz not null default clock_timestamp()
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
insert into audit.unsealed (entry_id) select id from audit.entry;
