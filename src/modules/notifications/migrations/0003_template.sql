create table notifications.template (
  id               uuid        primary key,
  name             text        not null,
  channel          text        not null,
  language         text        not null,                       -- BCP 47, or default
  subject_template text        not null,
  body_template    text        not null,
  revision         int         not null default 1,
  is_shipped       boolean     not null default false,         -- comes with the program
  is_edited        boolean     not null default false,         -- a shipped one that somebody changed
  shipped_subject  text,                                       -- what the program brings, for going back
  shipped_body     text,
  deleted_at       timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);
create unique index template_key on notifications.template (name, channel, language) where deleted_at is null;

-- Messages name the revision that they were written by, so none is ever changed or deleted.
create table notifications.template_revision (
  template_id      uuid        not null references notifications.template (id),
  revision         int         not null,
  subject_template text        not null,
  body_template    text        not null,
  created_by       text,                                       -- null: the program
  created_at       timestamptz not null default now(),
  primary key (template_id, revision)
);
