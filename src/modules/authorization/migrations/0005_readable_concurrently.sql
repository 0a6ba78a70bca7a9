-- What somebody may read, found and counted in the order of the ids without the rows.
create index concurrently if not exists access_entry_user_readable
  on "authorization".access_entry (user_id, resource_type, resource_id) where can_read and user_id is not null;
create index concurrently if not exists access_entry_role_readable
  on "authorization".access_entry (role_id, resource_type, resource_id) where can_read and role_id is not null;
