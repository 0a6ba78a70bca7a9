create schema files;

-- Bytes that one or more files have. Two files with the same bytes share the object files/content/<id>.
create table files.blob (
  id         uuid   primary key,  -- random: names of objects tell nothing
  sha256     text   not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint not null check (size_bytes >= 0),
  refs       int    not null check (refs > 0),
  unique (sha256, size_bytes)
);

-- Tags in the form in which they are compared, and as part of what a search reads.
create function files.search_source(file_name text, description text, tags text[]) returns text
  language sql immutable parallel safe
  return file_name || E'\n' || coalesce(description, '') || E'\n' || array_to_string(tags, E'\n');

-- Each tag together with the owner, so that one index finds the files of one person with a tag.
create function files.tag_keys(owner uuid, forms text[]) returns text[]
  language sql immutable strict parallel safe
  return array(select owner::text || ' ' || form from unnest(forms) form);

-- A row is there before the first byte: what a crash leaves is found by it.
create table files.file (
  id             uuid        primary key,  -- UUIDv7: order by id is order by creation
  owner_id       uuid        not null,
  file_name      text        not null check (octet_length(file_name) between 1 and 255),
  description    text,
  module         text,
  folder         text,
  tags           text[]      not null default '{}' check (cardinality(tags) <= 20),
  content_type   text        not null,
  size_bytes     bigint,                   -- null while it is being received, as sha256
  sha256         text,
  storage_status text        not null default 'pending'
    check (storage_status in ('pending', 'available', 'infected', 'failed', 'missing', 'deleted')),
  stage          text        check (stage in ('uploading', 'uploaded', 'scanning')),
  reason         text,                     -- why it failed, or the signature that was found
  is_retryable   boolean     not null default false,
  scan_status    text        not null default 'unscanned' check (scan_status in ('unscanned', 'clean', 'unscannable', 'infected')),
  content_id     uuid        not null unique,  -- its bytes until they are released: files/staging/<content_id>
  blob_id        uuid        references files.blob,  -- its bytes since then
  restores_to    text,                     -- of a deleted file: the status before
  heartbeat_at   timestamptz not null default now(),  -- renewed while it is being received
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  deleted_at     timestamptz,
  version        int         not null default 1,
  search_text    text        not null
    generated always as (platform.search_text(files.search_source(file_name, description, tags))) stored,
  tag_forms      text[]      not null generated always as (platform.search_texts(tags)) stored
);

create index file_owner on files.file (owner_id, id desc) where storage_status <> 'deleted';
create index file_available on files.file (owner_id, id desc) where storage_status = 'available';
create index file_of on files.file (owner_id, id);  -- whatever its state: exports and erasures
create index file_module on files.file (owner_id, module, id desc) where storage_status <> 'deleted';
create index file_trash on files.file (owner_id, id desc) where storage_status = 'deleted';
create index file_all on files.file (id desc) where storage_status <> 'deleted';
create index file_infected on files.file (owner_id, updated_at) where storage_status = 'infected';
create index file_expiring on files.file (deleted_at) where storage_status = 'deleted';
create index file_receiving on files.file (heartbeat_at) where stage = 'uploading';
create index file_blob on files.file (blob_id);
-- As for todos: a search reads few entries, and new rows wait in a short list.
create index file_search on files.file using gin (platform.search_keys(owner_id::text, search_text))
  with (gin_pending_list_limit = 512);
alter index files.file_search alter column 1 set statistics 0;
create index file_tag on files.file using gin (files.tag_keys(owner_id, tag_forms)) with (gin_pending_list_limit = 512);
alter index files.file_tag alter column 1 set statistics 0;

-- What each person's files have together, trash and versions included. A file counts from the moment its bytes are whole.
create table files.usage (
  owner_id   uuid   primary key,
  bytes      bigint not null default 0 check (bytes >= 0),
  file_count int    not null default 0 check (file_count >= 0)
);

-- Objects to delete. The row commits with whatever made the object useless, so a crash forgets none.
create table files.removal (
  object_key text        primary key,
  due_at     timestamptz not null default now()
);
create index removal_due on files.removal (due_at);
