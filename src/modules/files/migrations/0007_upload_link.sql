-- Links by which others add files to a folder.
alter table files.link
  alter column file_id drop not null,
  add column folder_id uuid references files.folder on delete cascade,
  add column max_bytes bigint check (max_bytes > 0),  -- of each file that is sent; null: as of all uploads
  add column content_types text[],                    -- of files that are sent; null: all
  drop constraint link_mode_check,
  add constraint link_mode_check check (mode in ('secure', 'public', 'upload')),
  add constraint link_target check ((mode = 'upload') = (folder_id is not null) and (file_id is null) = (folder_id is not null));

alter table files.file
  add column link_id uuid,      -- by which somebody has sent it; the link may be gone
  add column sender_id uuid,    -- null: they were not signed in
  add column sender_name text;  -- as they say

-- A refusal of something that was sent has a folder, and no file.
alter table files.access
  alter column file_id drop not null,
  add column folder_id uuid,
  drop constraint access_way_check,
  add constraint access_way_check check (way in ('download', 'stream', 'link', 'upload')),
  add constraint access_target check (file_id is not null or folder_id is not null);
