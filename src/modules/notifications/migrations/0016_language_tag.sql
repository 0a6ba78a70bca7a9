-- Languages of templates are unique in one form of the tag. Of templates that were stored before and differ only in the
-- case of their language, the one of the program stays, then the one with the form, then the oldest; the others keep
-- their spelling, as twins that no message is written from while the first is there.
update notifications.template t set is_twin = true where not is_shipped and not is_twin and deleted_at is null and exists (
  select 1 from notifications.template first
  where first.channel = t.channel and first.deleted_at is null
    and (not first.is_twin or first.name = t.name and first.language = platform.language_tag(t.language))
    and (first.name = t.name
      or not first.is_shipped and platform.canonical_name(first.name) = platform.canonical_name(t.name))
    and platform.language_tag(first.language) = platform.language_tag(t.language)
    and (not first.is_shipped, first.language <> platform.language_tag(first.language), first.id)
      < (true, t.language <> platform.language_tag(t.language), t.id));
update notifications.template set language = platform.language_tag(language)
where not is_twin and deleted_at is null and language <> platform.language_tag(language);

create unique index template_language on notifications.template (name, channel, platform.language_tag(language))
  where deleted_at is null and not is_twin;
drop index notifications.template_name;
create unique index template_name
  on notifications.template (platform.canonical_name(name), channel, platform.language_tag(language))
  where deleted_at is null and not is_shipped and not is_twin;
