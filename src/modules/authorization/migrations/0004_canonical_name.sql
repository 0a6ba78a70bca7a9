-- Names are unique in the form in which people tell them apart. Roles that were stored before and have the same form as
-- an earlier one keep their names, as twins: they are found by their exact spelling.
alter table "authorization".role
  add column form text not null generated always as (platform.canonical_name(name)) stored,
  add column is_twin boolean not null default false;
update "authorization".role r set is_twin = true where exists (
  select 1 from "authorization".role earlier
  where earlier.form = r.form and (not earlier.built_in, earlier.id) < (not r.built_in, r.id));

drop index "authorization".role_name;
create unique index role_name on "authorization".role (form) where not is_twin;
create unique index role_spelling on "authorization".role (name);
