create unique index concurrently if not exists user_phone on users.user (phone);
create index concurrently if not exists user_search on users.user using gin (platform.search_keys('', search_text))
  with (gin_pending_list_limit = 512);
-- The list by e-mail address, in which accounts without one come first.
create index concurrently if not exists user_present_mail on users.user ((coalesce(email, '')), id)
  where status <> 'deleted';
drop index concurrently if exists users.user_present_email;
create unique index concurrently if not exists code_key on users.code (user_id, purpose, kind);
