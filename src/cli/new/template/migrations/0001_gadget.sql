create schema gadgets;

-- owner_id names a user but is no foreign key: modules do not use each other's tables.
create table gadgets.gadget (
  id         uuid        primary key,  -- UUIDv7: order by id is order by creation
  owner_id   uuid        not null,
  title      text        not null check (length(title) between 1 and 200),
  created_at timestamptz not null default now()
);

create index gadget_owner on gadgets.gadget (owner_id, id desc);
