-- The one form of a language tag, in the case that RFC 5646 recommends: fa-IR, zh-Hant-TW. `parseLanguageTag` in the
-- program does the same.
create function platform.language_tag(tag text) returns text
language sql immutable strict parallel safe
return (
  select string_agg(
    case
      when n = 1 or single < n then part
      when part ~ '^..$' then upper(part)
      when part ~ '^[a-z]{4}$' then upper(left(part, 1)) || substr(part, 2)
      else part
    end, '-' order by n)
  from (
    select part, n, min(n) filter (where length(part) = 1) over () as single
    from unnest(string_to_array(translate(tag, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), '-'))
      with ordinality as parts (part, n)
  ) parts
);
