-- Other contents of a file are rows of their own, which are served, scanned, encrypted and removed as files are, and are in
-- no list of files: older contents that are kept, and new ones that are not released. A content keeps its `content_id`
-- when it moves to another row.
alter table files.file
  add column version_of uuid references files.file,
  add column content_at timestamptz;  -- when its content came, if that was after the file

create index file_version on files.file (version_of, id desc) where version_of is not null;

-- The lists do not read what they would leave out.
drop index files.file_owner, files.file_available, files.file_module, files.file_all, files.file_trash, files.file_expiring;
create index file_owner on files.file (owner_id, id desc) where storage_status <> 'deleted' and version_of is null;
create index file_available on files.file (owner_id, id desc)
  where storage_status = 'available' and version_of is null;
create index file_module on files.file (owner_id, module, id desc)
  where storage_status <> 'deleted' and version_of is null;
create index file_all on files.file (id desc) where storage_status <> 'deleted' and version_of is null;
create index file_trash on files.file (owner_id, id desc) where storage_status = 'deleted' and version_of is null;
create index file_expiring on files.file (deleted_at, id) where storage_status = 'deleted' and version_of is null;
