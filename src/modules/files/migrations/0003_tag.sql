-- Tags in the form in which they are compared, and as part of what a search reads.
create function files.search_source(file_name text, description text, tags text[]) returns text
  language sql immutable parallel safe
  return file_name || E'\n' || coalesce(description, '') || E'\n' || array_to_string(tags, E'\n');
alter table files.file
  drop column search_text,  -- and its index with it
  add column search_text text not null
    generated always as (platform.search_text(files.search_source(file_name, description, tags))) stored,
  add column tag_forms text[] not null generated always as (platform.search_texts(tags)) stored;
create index file_search on files.file using gin (platform.search_keys(owner_id::text, search_text))
  with (gin_pending_list_limit = 512);
alter index files.file_search alter column 1 set statistics 0;
-- Each tag together with the owner, so that one index finds the files of one person with a tag.
create function files.tag_keys(owner uuid, forms text[]) returns text[]
  language sql immutable strict parallel safe
  return array(select owner::text || ' ' || form from unnest(forms) form);
create index file_tag on files.file using gin (files.tag_keys(owner_id, tag_forms)) with (gin_pending_list_limit = 512);
alter index files.file_tag alter column 1 set statistics 0;
