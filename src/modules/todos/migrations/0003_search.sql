-- The description as searches read it, and the labels as they are compared, in the form of `searchText`.
alter table todos.todo
  drop column label_forms,
  add column label_forms text[] not null generated always as (platform.search_texts(labels)) stored,
  add column search_text text not null generated always as (platform.search_text(description)) stored;

-- A search has few keys, so it reads few entries, however many todos there are. New rows wait in a list that every search
-- reads: measured over 100,000 rows, without it an insert takes three times as long; the default, 4 MB, makes searches slow.
create index todo_search on todos.todo using gin (platform.search_keys(owner_id::text, search_text))
  with (gin_pending_list_limit = 512);
-- No statistics: queries give the keys at run time, and collecting them takes longer than all others together.
alter index todos.todo_search alter column 1 set statistics 0;
