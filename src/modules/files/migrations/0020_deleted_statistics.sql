-- Versions are never deleted by themselves. Without this the planner expects half of the deleted files that there are, and reads
-- them all to sort them, where the index gives the newest ones in order.
create statistics files.file_deleted_versions (mcv) on storage_status, version_of from files.file;
