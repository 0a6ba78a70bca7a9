-- Who acted as the actor, for support; null where nobody did. The checksum covers it where it is not null, so that entries
-- from before keep theirs.
alter table audit.entry add column impersonator_id text;
