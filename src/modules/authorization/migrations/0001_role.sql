create schema "authorization";

-- The catalogue: what the modules of this installation declare; rewritten at every start.
create table "authorization".permission (
  code        text primary key,
  description text not null,
  module      text not null
);

-- Every permission that a module has ever declared here. At first sight the built-in roles get those that are meant for
-- them; an operator may take them away for good, so a row stays when its module is switched off.
create table "authorization".permission_seen (
  code    text primary key,
  seen_at timestamptz not null default now()
);

create table "authorization".role (
  id         uuid primary key,
  name       text not null check (length(name) between 1 and 50),
  built_in   boolean not null default false,
  version    int not null default 1,
  created_at timestamptz not null default now()
);
create unique index role_name on "authorization".role (lower(name));

-- A code stays granted while its module is switched off; only codes of the catalogue have effect.
create table "authorization".role_permission (
  role_id    uuid not null references "authorization".role (id) on delete cascade,
  permission text not null,
  primary key (role_id, permission)
);

-- Who can hold roles. No foreign key to users: modules do not reach into each other's tables.
create table "authorization".subject (
  user_id     uuid primary key,
  admitted_at timestamptz not null default now()
);

create table "authorization".subject_role (
  user_id    uuid not null references "authorization".subject (user_id) on delete cascade,
  role_id    uuid not null references "authorization".role (id) on delete cascade,
  granted_at timestamptz not null default now(),
  primary key (user_id, role_id)
);
create index subject_role_role on "authorization".subject_role (role_id, user_id);

insert into "authorization".role (id, name, built_in) values
  ('01900000-0000-7000-8000-000000000001', 'admin', true),
  ('01900000-0000-7000-8000-000000000002', 'user', true);
