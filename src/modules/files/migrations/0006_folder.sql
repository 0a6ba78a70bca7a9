-- Folders of files. Two folders in one place have different names, as people tell names apart.
create table files.folder (
  id              uuid        primary key,
  owner_id        uuid        not null,
  parent_id       uuid        check (parent_id <> id),  -- null: at the top
  name            text        not null check (octet_length(name) between 1 and 255),
  canonical_name  text        not null generated always as (platform.canonical_name(name)) stored
    check (octet_length(canonical_name) between 1 and 1000),  -- more does not fit into an index
  deletion_id     uuid,                     -- in the trash since this deletion, with its whole tree
  is_deleted_root boolean     not null default false,  -- the folder that the deletion named
  deleted_at      timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  version         int         not null default 1,
  unique (id, owner_id),
  foreign key (parent_id, owner_id) references files.folder (id, owner_id) on delete set null (parent_id)
);
create unique index folder_name on files.folder (parent_id, canonical_name)
  where deletion_id is null and parent_id is not null;
create unique index folder_name_at_top on files.folder (owner_id, canonical_name)
  where deletion_id is null and parent_id is null;
create index folder_in on files.folder (parent_id, canonical_name, id) where deletion_id is null;
create index folder_at_top on files.folder (owner_id, canonical_name, id) where deletion_id is null and parent_id is null;
create index folder_trash on files.folder (owner_id, deleted_at desc, id desc) where is_deleted_root;
create index folder_owner on files.folder (owner_id, id);
create index folder_parent on files.folder (parent_id);
create index folder_deletion on files.folder (deletion_id, id) where deletion_id is not null;
create index folder_expiring on files.folder (deleted_at) where deletion_id is not null;
-- Where one folder has most of all folders, each would be expected to have as many, and trees be looked for among all rows.
alter table files.folder alter column parent_id set (n_distinct = -0.1);

-- Deletions whose files are being worked off, or brought back. The row goes with the end of the work.
create table files.folder_work (
  deletion_id uuid        primary key,
  folder_id   uuid        not null references files.folder on delete cascade,
  owner_id    uuid        not null,
  stage       text        not null check (stage in ('deleting', 'restoring')),
  deleted_at  timestamptz not null
);
create index folder_work_owner on files.folder_work (owner_id);
create index folder_work_folder on files.folder_work (folder_id);

-- Names from the top, with slashes between them; at most 20.
create function files.folder_path(leaf uuid) returns text language sql stable strict parallel safe as $$
  with recursive up (parent_id, name, place) as (
    select parent_id, name, 1 from files.folder where id = leaf
    union all
    select f.parent_id, f.name, up.place + 1 from up join files.folder f on f.id = up.parent_id)
  select string_agg(name, '/' order by place desc) from up $$;

alter table files.usage add column folder_count int not null default 0 check (folder_count >= 0);

alter table files.file
  add column folder_id uuid,
  add column deletion_id uuid,     -- of the folder with which it was deleted
  add constraint file_folder_of_owner foreign key (folder_id, owner_id)
    references files.folder (id, owner_id) on delete set null (folder_id);

-- Paths become folders, level by level; spellings of one name are one folder.
create table files.old_path as
  select owner_id, folder, string_to_array(folder, '/') as names, null::uuid as place
  from (select distinct owner_id, folder from files.file where folder is not null) paths;
create table files.old_name as
  select name, name as kept, platform.canonical_name(name) as form
  from (select distinct unnest(names) as name from files.old_path offset 0) names;
update files.old_name set kept = rtrim(left(name, 20), ' .'), form = platform.canonical_name(rtrim(left(name, 20), ' .'))
  where octet_length(form) > 1000;
-- What cannot be compared with other names is no name of a folder.
update files.old_name set kept = '_', form = '_' where form = '' or kept = '';
analyze files.old_path, files.old_name;
do $$
begin
  for level in 1..(select coalesce(max(cardinality(names)), 0) from files.old_path) loop
    insert into files.folder (id, owner_id, parent_id, name)
      select gen_random_uuid(), owner_id, place, min(kept)
      from files.old_path join files.old_name on name = names[level] group by owner_id, place, form;
    analyze files.folder;
    update files.old_path p set place = f.id from files.old_name n, files.folder f
      where n.name = p.names[level] and f.owner_id = p.owner_id and f.canonical_name = n.form
        and coalesce(f.parent_id, f.owner_id) = coalesce(p.place, p.owner_id);
    analyze files.old_path;
  end loop;
end $$;
update files.file f set folder_id = place from files.old_path p where f.owner_id = p.owner_id and f.folder = p.folder;
drop table files.old_path, files.old_name;
insert into files.usage (owner_id, folder_count) select owner_id, count(*) from files.folder group by owner_id
  on conflict (owner_id) do update set folder_count = excluded.folder_count;
alter table files.file drop column folder;
alter table files.upload add column folder_id uuid;
