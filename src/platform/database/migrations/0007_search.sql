-- The form in which texts are searched, and the keys by which searches use an index. `searchText` and `searchKeys` in
-- src/kernel/text.ts do the same; a test compares them over all code points. Nothing here depends on the locale of the
-- database, unlike `lower` and the trigrams of pg_trgm, which are empty for Persian where lc_ctype is C.

-- Removes marks (of Latin, Greek, Cyrillic, Hebrew, Arabic and Persian letters), tatweel, and what is invisible.
create function platform.without_marks(value text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(value, '[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7'
    '\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff'
    '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e'
    '\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a'
    '\U000e0000-\U000e0fff]', '', 'g');

-- `fold_letters` compares each letter with 1,400 others, so it is left out for texts of ASCII and Arabic letters.
create function platform.fold_case(value text) returns text
  language sql immutable strict parallel safe
  return case when value ~ '[^\u0001-\u007f\u0600-\u06ff]' then platform.fold_letters(value)
    else lower(value collate "C") end;

create or replace function platform.search_text(value text) returns text
  language sql immutable strict parallel safe
  return btrim(regexp_replace(normalize(translate(
    platform.fold_case(platform.without_marks(normalize(value, NFKD))),
    'يىكةەٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'ییکهها01234567890123456789'), NFC),
    '[\t-\r \u0085\u1680\u2028\u2029]+', ' ', 'g'), ' ');

create function platform.search_texts(value text[]) returns text[]
  language sql immutable strict parallel safe
  return array(
    select platform.search_text(one) from unnest(value) with ordinality as each (one, place) order by place);

-- A number for every three letters in a row of a text that `search_text` has folded. With the owner of a row as `scope`,
-- an index over them holds the texts of each owner apart: a search reads nothing of others.
create function platform.search_keys(scope text, folded text) returns int[]
  language sql immutable strict parallel safe
  return array(select hashtext(scope || substr(folded, place, 3)) from generate_series(1, length(folded) - 2) place);

-- The keys of a search: `parts` are those of `searchKeys`.
create function platform.search_keys_of(scope text, parts text[]) returns int[]
  language sql immutable strict parallel safe
  return array(select hashtext(scope || part) from unnest(parts) part);
