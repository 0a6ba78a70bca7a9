-- Uploads whose bytes go to the object storage without passing this program: the object files/presigned/<id>.
alter table files.upload
  add column sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),  -- of all bytes, as the client says; of `presigned` ones
  drop constraint upload_kind_check,
  add constraint upload_kind_check check (kind in ('whole', 'partial', 'final', 'presigned')),
  add constraint upload_hash check ((kind = 'presigned') = (sha256 is not null));

-- Bytes that may still be sent to the address of an upload that has ended. They take room of their owner until then; those
-- of a file count as the file.
create table files.ended_upload (
  id         uuid        primary key,
  owner_id   uuid        not null,
  size_bytes bigint      not null,
  until      timestamptz not null
);
create index ended_upload_owner on files.ended_upload (owner_id);
create index ended_upload_until on files.ended_upload (until);

-- However such an upload goes (complete, expired, ended, erased with its owner), its object is listed for removal: when
-- its address, which is good for an hour, takes no more bytes.
create function files.remove_presigned() returns trigger language plpgsql as $$
begin
  if old.created_at + interval '1 hour' > now() then
    insert into files.ended_upload values (old.id, old.owner_id, old.length_bytes, old.created_at + interval '1 hour')
    on conflict (id) do update set size_bytes = excluded.size_bytes;
  end if;
  insert into files.removal (object_key, due_at)
  values ('files/presigned/' || old.id, greatest(now(), old.created_at + interval '1 hour'))
  on conflict (object_key) do update set due_at = greatest(files.removal.due_at, excluded.due_at);
  return null;
end $$;
create trigger upload_presigned_removed after delete on files.upload
  for each row when (old.kind = 'presigned') execute function files.remove_presigned();
