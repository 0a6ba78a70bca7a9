-- What the engine knows of organisations: who is in them, and by which role. Their names are the module's `organisations`.
create table "authorization".organisation (
  id uuid primary key
);

-- A role counts in this organisation alone. No foreign key to the subject: when an account is erased, the module of
-- organisations takes it out, and decides what becomes of one without members.
create table "authorization".member (
  organisation_id uuid not null references "authorization".organisation (id) on delete cascade,
  user_id         uuid not null,
  role_id         uuid not null references "authorization".role (id),
  joined_at       timestamptz not null default now(),
  primary key (organisation_id, user_id)
);
create index member_user on "authorization".member (user_id, organisation_id);
create index member_role on "authorization".member (role_id);

-- All members of an organisation are listed for one resource of another module.
create table "authorization".organisation_entry (
  resource_type   text not null check (length(resource_type) between 1 and 50),
  resource_id     uuid not null,
  organisation_id uuid not null references "authorization".organisation (id) on delete cascade,
  can_read        boolean not null,
  can_write       boolean not null,
  can_delete      boolean not null,
  can_manage      boolean not null,
  primary key (resource_type, resource_id, organisation_id),
  check (can_read or can_write or can_delete or can_manage)
);
create index organisation_entry_organisation on "authorization".organisation_entry (organisation_id, resource_type, resource_id)
  include (can_read, can_write, can_delete, can_manage);
