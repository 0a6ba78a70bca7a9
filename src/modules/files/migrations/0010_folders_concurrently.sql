create index concurrently if not exists file_folder on files.file (folder_id, id desc) include (owner_id)
  where storage_status <> 'deleted' and version_of is null;
create index concurrently if not exists file_in_folder on files.file (folder_id, id) where folder_id is not null;
create index concurrently if not exists file_deletion on files.file (deletion_id) where deletion_id is not null;

-- Of upload links, and of what was sent by them.
create index concurrently if not exists link_folder on files.link (folder_id, id desc) where folder_id is not null;
create index concurrently if not exists access_folder on files.access (folder_id, id desc) where folder_id is not null;
create index concurrently if not exists file_sender on files.file (sender_id) where sender_id is not null;
