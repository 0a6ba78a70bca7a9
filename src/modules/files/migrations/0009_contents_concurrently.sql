create index concurrently if not exists file_version on files.file (version_of, id desc) where version_of is not null;

-- The lists do not read what they would leave out. The new indexes are there before the old ones go.
create index concurrently if not exists file_listed on files.file (owner_id, id desc)
  where storage_status <> 'deleted' and version_of is null;
create index concurrently if not exists file_released on files.file (owner_id, id desc)
  where storage_status = 'available' and version_of is null;
create index concurrently if not exists file_of_module on files.file (owner_id, module, id desc)
  where storage_status <> 'deleted' and version_of is null;
create index concurrently if not exists file_of_all on files.file (id desc)
  where storage_status <> 'deleted' and version_of is null;
create index concurrently if not exists file_deleted on files.file (owner_id, id desc)
  where storage_status = 'deleted' and version_of is null;
create index concurrently if not exists file_purged on files.file (deleted_at, id)
  where storage_status = 'deleted' and version_of is null;
create index concurrently if not exists file_deleted_of_all on files.file (id desc)
  where storage_status = 'deleted' and version_of is null;
drop index concurrently if exists files.file_owner;
drop index concurrently if exists files.file_available;
drop index concurrently if exists files.file_module;
drop index concurrently if exists files.file_all;
drop index concurrently if exists files.file_trash;
drop index concurrently if exists files.file_expiring;
