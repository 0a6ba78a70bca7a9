-- Names of templates that users create are unique in the form in which people tell them apart. Templates that were
-- stored before and have the same form as an earlier one keep their names, as twins. `template_key` stays: it holds for
-- every template, by its exact name.
alter table notifications.template add column is_twin boolean not null default false;
update notifications.template t set is_twin = true where not is_shipped and deleted_at is null and exists (
  select 1 from notifications.template earlier
  where not earlier.is_shipped and earlier.deleted_at is null
    and platform.canonical_name(earlier.name) = platform.canonical_name(t.name)
    and earlier.channel = t.channel and earlier.language = t.language and earlier.id < t.id);

create unique index template_name on notifications.template (platform.canonical_name(name), channel, language)
  where deleted_at is null and not is_shipped and not is_twin;
