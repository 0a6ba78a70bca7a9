create schema profiles;

-- user_id, avatar_file_id and music_file_id are no foreign keys: modules do not reach into each other's tables.
create table profiles.profile (
  id                       uuid        primary key,      -- UUIDv7: order by id is order by creation
  user_id                  uuid        not null unique,
  first_name               text,
  last_name                text,
  display_name             text,
  bio                      text,
  date_of_birth            date,
  gender                   text,
  location                 text,
  avatar_file_id           uuid,
  avatar_crop              jsonb,                        -- null: the middle of the picture
  contact_email            text,
  contact_phone            text,                         -- E.164
  country                  text,                         -- ISO 3166-1 alpha-2
  website                  text,
  time_zone                text,
  is_profile_public        boolean     not null default false,
  show_email               boolean     not null default false,
  show_phone               boolean     not null default false,
  preferred_language       text,                         -- BCP 47
  receive_security_alerts  boolean     not null default true,
  receive_product_updates  boolean     not null default true,
  links                    jsonb       not null default '{}',
  music_title              text,
  music_artist             text,
  music_file_id            uuid,
  interests                text[]      not null default '{}' check (cardinality(interests) <= 50),
  completeness             smallint    not null default 0 check (completeness between 0 and 100),
  -- Of the names and the place, without spaces: `علی رضا` and `علی‌رضا` are one.
  search_text              text        not null generated always as (
    replace(platform.search_text(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ' ', '') || '|' ||
    replace(platform.search_text(coalesce(display_name, '')), ' ', '') || '|' ||
    replace(platform.search_text(coalesce(location, '')), ' ', '')) stored,
  contact_told_at          timestamptz,                  -- when the owner was told last that it has changed
  privacy_told_at          timestamptz,
  created_at               timestamptz(3) not null default now(),
  updated_at               timestamptz(3) not null default now(), -- milliseconds, as cursors have them
  version                  int         not null default 1
);

-- What refers to a file, when that is deleted.
create index profile_avatar on profiles.profile (avatar_file_id) where avatar_file_id is not null;
create index profile_music on profiles.profile (music_file_id) where music_file_id is not null;

-- The orders and filters of the report.
create index profile_public on profiles.profile (is_profile_public, id);
create index profile_language on profiles.profile (preferred_language, id);
create index profile_completeness on profiles.profile (completeness, id);
create index profile_updated on profiles.profile (updated_at, id);
create index profile_search on profiles.profile using gin (platform.search_keys('', search_text))
  with (gin_pending_list_limit = 512);
alter index profiles.profile_search alter column 1 set statistics 0;

-- How many profiles there are of each kind, so that the totals of the report cost the same however many there are.
create table profiles.tally (
  is_profile_public  boolean  not null,
  preferred_language text     not null,  -- empty: none was chosen
  completeness       smallint not null,
  profiles           bigint   not null,
  primary key (is_profile_public, preferred_language, completeness)
);
