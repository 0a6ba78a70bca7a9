-- The few files that are not as their owners expect them, to count them.
create index concurrently if not exists file_status on files.file (storage_status)
  where storage_status in ('pending', 'missing', 'infected');
