-- Children are counted from the index alone, whichever of the two that begin with the parent the planner takes.
create index concurrently if not exists folder_children on files.folder (parent_id) include (deletion_id);
drop index concurrently if exists files.folder_parent;
