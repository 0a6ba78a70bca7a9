-- Versions are in no list of files, and no search needs them.
create index concurrently if not exists file_text on files.file
  using gin (platform.search_keys(owner_id::text, search_text)) with (gin_pending_list_limit = 512)
  where version_of is null;
create index concurrently if not exists file_tagged on files.file
  using gin (files.tag_keys(owner_id, tag_forms)) with (gin_pending_list_limit = 512)
  where version_of is null;
drop index concurrently if exists files.file_search;
drop index concurrently if exists files.file_tag;
