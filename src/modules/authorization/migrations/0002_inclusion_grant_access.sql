-- What a role includes directly. There are no cycles: changes take turns and look first.
create table "authorization".role_inclusion (
  role_id     uuid not null references "authorization".role (id) on delete cascade,
  included_id uuid not null references "authorization".role (id) on delete cascade check (included_id <> role_id),
  primary key (role_id, included_id)
);
create index role_inclusion_included on "authorization".role_inclusion (included_id, role_id);

-- Each role with itself and all that it includes at any depth. Derived from role_inclusion by the unit that changes
-- that, so that no decision has to recurse.
create table "authorization".role_reach (
  role_id    uuid not null references "authorization".role (id) on delete cascade,
  reached_id uuid not null references "authorization".role (id) on delete cascade,
  primary key (role_id, reached_id)
);
create index role_reach_reached on "authorization".role_reach (reached_id, role_id);
insert into "authorization".role_reach (role_id, reached_id) select id, id from "authorization".role;

create index role_permission_permission on "authorization".role_permission (permission, role_id);

-- An account that cannot act at present: it keeps what it holds, and none of it has effect.
alter table "authorization".subject add column suspended_at timestamptz;

create table "authorization".subject_grant (
  user_id    uuid not null references "authorization".subject (user_id) on delete cascade,
  permission text not null,
  granted_at timestamptz not null default now(),
  primary key (user_id, permission)
);
create index subject_grant_permission on "authorization".subject_grant (permission, user_id);

-- A denial wins over every grant and role but admin.
create table "authorization".subject_denial (
  user_id    uuid not null references "authorization".subject (user_id) on delete cascade,
  permission text not null,
  denied_at  timestamptz not null default now(),
  primary key (user_id, permission)
);

-- Who is listed for one resource of another module. A role is kept by its id, so that it can be renamed.
create table "authorization".access_entry (
  resource_type text not null check (length(resource_type) between 1 and 50),
  resource_id   uuid not null,
  user_id       uuid references "authorization".subject (user_id) on delete cascade,
  role_id       uuid references "authorization".role (id) on delete cascade,
  can_read      boolean not null,
  can_write     boolean not null,
  can_delete    boolean not null,
  can_manage    boolean not null,
  unique nulls not distinct (resource_type, resource_id, user_id, role_id),
  check (num_nonnulls(user_id, role_id) = 1),
  check (can_read or can_write or can_delete or can_manage)
);
create index access_entry_user on "authorization".access_entry (user_id, resource_type, resource_id)
  where user_id is not null;
create index access_entry_role on "authorization".access_entry (role_id, resource_type, resource_id)
  where role_id is not null;
