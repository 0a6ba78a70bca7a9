-- A file that is deleted and restored while it waits for the gate keeps its work item.
alter table files.file add column is_at_gate boolean not null default false;
update files.file set is_at_gate = true where storage_status = 'pending' and stage in ('uploaded', 'scanning');
