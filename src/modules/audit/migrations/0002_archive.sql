-- Old ranges of the trail that lie in object storage.

-- The signed manifest of each range, in order and without gaps. Written once the object was read back, and before the
-- first row is dropped: what it covers may be deleted, nothing else ever.
create table audit.archive (
  first_sequence bigint      primary key,
  last_sequence  bigint      not null unique,
  manifest       text        not null,         -- a note of the signing key
  archived_at    timestamptz not null default now(),
  check (last_sequence >= first_sequence)
);

-- What was asked for, and how far it is.
create table audit.archiving (
  id             uuid        primary key,
  requested_by   text        not null,
  before         timestamptz not null,
  first_sequence bigint      not null,
  last_sequence  bigint      not null,
  status         text        not null check (status in ('writing', 'dropping', 'archived', 'failed')),
  problem        text,                         -- why it failed
  created_at     timestamptz not null default now(),
  finished_at    timestamptz
);
create unique index archiving_one on audit.archiving ((true)) where status in ('writing', 'dropping');

create trigger archive_append_only before update or delete on audit.archive
  for each row execute function audit.refuse_change();
create trigger archive_no_truncate before truncate on audit.archive
  for each statement execute function audit.refuse_change();

create function audit.is_archived(sought bigint) returns boolean language sql stable as $$
  select exists (select 1 from audit.archive where first_sequence <= sought and last_sequence >= sought)
$$;

-- An entry goes before its seal, which says where it stands.
create function audit.refuse_drop() returns trigger language plpgsql as $$
declare
  place bigint;
begin
  if tg_table_name = 'seal' then
    place := old.sequence;
  else
    select s.sequence into place from audit.seal s where s.entry_id = old.id;
  end if;
  if place is null or not audit.is_archived(place) then
    raise exception 'audit.% is append-only', tg_table_name using errcode = 'restrict_violation';
  end if;
  return old;
end $$;

drop trigger seal_append_only on audit.seal;
create trigger seal_append_only before update on audit.seal
  for each row execute function audit.refuse_change();
create trigger seal_dropped before delete on audit.seal
  for each row execute function audit.refuse_drop();
drop trigger entry_append_only on audit.entry;
create trigger entry_append_only before update on audit.entry
  for each row execute function audit.refuse_change();
create trigger entry_dropped before delete on audit.entry
  for each row execute function audit.refuse_drop();
