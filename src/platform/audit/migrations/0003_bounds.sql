-- Bounds of what units write. `not valid`: rows that are there already are for the report to judge, not for a migration.
alter table audit.entry add constraint entry_bounds check (timestamp_utc >= '1970-01-01 00:00:00+00'
  and timestamp_utc < '10000-01-01 00:00:00+00' and octet_length(payload_hash) = 32) not valid;
alter table audit.payload add constraint payload_bounds check (octet_length(salt) = 16) not valid;

-- An erasure counts when its person's key is destroyed. People who were erased before there were keys have none.
insert into platform.person_key (person_id, destroyed_at)
  select distinct resource_id, now() from audit.entry where action = 'audit.person_erased' and subject_id is null
  on conflict do nothing;
