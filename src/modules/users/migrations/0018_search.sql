-- Address and name as searches read them, in the form of `searchText`; the index is as in todos.
alter table users.user
  add column search_text text not null
    generated always as (platform.search_text(email || ' ' || first_name || ' ' || last_name)) stored;

create index user_search on users.user using gin (platform.search_keys('', search_text))
  with (gin_pending_list_limit = 512);
alter index users.user_search alter column 1 set statistics 0;
