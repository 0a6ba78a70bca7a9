-- Other contents of a file are rows of their own, which are served, scanned, encrypted and removed as files are, and are in
-- no list of files: older contents that are kept, and new ones that are not released. A content keeps its `content_id`
-- when it moves to another row.
alter table files.file
  add column version_of uuid references files.file,
  add column content_at timestamptz;  -- when its content came, if that was after the file
