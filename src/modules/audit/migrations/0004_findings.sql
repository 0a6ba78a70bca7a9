-- A finding is of a place in the chain, or of an entry that never got one: such an entry is named, so that the next one to
-- be chained is not mistaken for it.
alter table audit.finding drop constraint finding_pkey;
alter table audit.finding alter column sequence drop not null;
alter table audit.finding add column entry_id uuid;
alter table audit.finding add check ((sequence is null) <> (entry_id is null));
create unique index finding_place on audit.finding (sequence, kind);
create unique index finding_entry on audit.finding (entry_id, kind);
