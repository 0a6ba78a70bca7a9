create schema views;

-- owner_id names a user but is no foreign key: modules do not reach into each other's tables.
create table views.view (
  id         uuid        primary key,  -- UUIDv7: order by id is order by creation
  owner_id   uuid        not null,
  page       text        not null,
  name       text        not null,
  search     text        not null,
  created_at timestamptz not null default now()
);

create index view_owner on views.view (owner_id, id desc);
create unique index view_name on views.view (owner_id, page, name);
