-- An upload that arrives by several requests (tus). The row is there before the first byte; what is unfinished goes when
-- it expires.
create table files.upload (
  id             uuid        primary key,  -- also the id of the file that it becomes
  owner_id       uuid        not null,
  session_id     uuid,                     -- the token is good while this session lives,
  api_key_id     uuid,                     -- or this API key
  token_hash     bytea       not null,
  kind           text        not null check (kind in ('whole', 'partial', 'final')),
  file_name      text        check (octet_length(file_name) between 1 and 255),  -- null for `partial`
  declared_type  text        not null default '',
  description    text,
  module         text,
  folder         text,
  tags           text[]      not null default '{}' check (cardinality(tags) <= 20),
  metadata       text,                     -- the header as the client has sent it
  concat         text,                     -- the header, without tokens
  length_bytes   bigint      check (length_bytes >= 0),  -- null: not known yet
  received_bytes bigint      not null default 0 check (received_bytes >= 0),
  head           bytea       not null default '',  -- the first bytes, from which the type is told
  part_count     int         not null default 0,
  writer         uuid,                     -- the request that is adding bytes
  writing_at     timestamptz,              -- renewed by it
  is_awaited     boolean     not null default false,  -- a client waits for it to end
  file_id        uuid        unique references files.file on delete cascade,  -- once it is a file
  expires_at     timestamptz not null,
  created_at     timestamptz not null default now()
);
create index upload_owner on files.upload (owner_id, id);
create index upload_expiring on files.upload (expires_at);

-- Bytes of an upload: the object files/parts/<id>. The row is there before the object.
create table files.upload_part (
  id         uuid   primary key,  -- random: names of objects tell nothing
  upload_id  uuid   not null references files.upload on delete cascade,
  position   bigint not null,     -- in the upload, of its first byte
  size_bytes bigint               -- null while it is being written
);
create index upload_part_of on files.upload_part (upload_id, position);

-- However a part goes (joined, expired, ended, erased with its owner), its object is listed for removal.
create function files.remove_part() returns trigger language plpgsql as $$
begin
  insert into files.removal (object_key) values ('files/parts/' || old.id)
  on conflict (object_key) do update set due_at = least(files.removal.due_at, excluded.due_at);
  return null;
end $$;
create trigger upload_part_removed after delete on files.upload_part
  for each row execute function files.remove_part();
