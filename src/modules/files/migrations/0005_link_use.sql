-- Once the first bytes of a file have left, they do not leave again as part of the same download.
alter table files.link_use add column has_start boolean not null default true;
-- Accesses stay when their file is purged.
alter table files.access drop constraint access_file_id_fkey;
-- Wrong passwords of one network for one link.
create table files.link_attempt (
  link_id        uuid        not null references files.link on delete cascade,
  network        text        not null,  -- its hash
  wrong_attempts int         not null,  -- since wrong_since
  wrong_since    timestamptz not null,
  primary key (link_id, network)
);
