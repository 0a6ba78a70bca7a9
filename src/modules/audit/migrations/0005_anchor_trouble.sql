-- Which places outside the database recurring reports could not read, or found without what was left there.
create table audit.anchor_trouble (
  name    text        primary key,
  problem text        not null,
  since   timestamptz not null default now()
);
