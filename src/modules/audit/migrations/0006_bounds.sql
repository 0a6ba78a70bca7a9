-- Bounds of the chain: a row outside them would be in no range that a report reads. `not valid`, since rows that are there
-- already are for the report to judge.
alter table audit.head add constraint head_bounds check (size between 0 and 9007199254740991
  and octet_length(checksum) = 32 and octet_length(frontier) % 32 = 0) not valid;
alter table audit.seal add constraint seal_bounds check (sequence between 1 and 9007199254740991
  and octet_length(previous_checksum) = 32 and octet_length(checksum) = 32) not valid;
alter table audit.tree add constraint tree_bounds check (level between 8 and 48 and level % 8 = 0 and index >= 0
  and octet_length(hash) = 32) not valid;
alter table audit.checkpoint add constraint checkpoint_bounds check (size between 1 and 9007199254740991) not valid;
alter table audit.archive add constraint archive_bounds check (first_sequence >= 1) not valid;

-- A key is never changed, except that its private half is encrypted again when the application secret changes.
create trigger signing_key_fixed before update on audit.signing_key
  for each row when ((new.key_id, new.name, new.public_key, new.handover, new.created_at)
    is distinct from (old.key_id, old.name, old.public_key, old.handover, old.created_at))
  execute function audit.refuse_change();

-- Recurring reports that could not be made, or that found triggers or constraints missing.
create table audit.report_trouble (
  report  text        primary key,
  problem text        not null,
  since   timestamptz not null default now()
);
