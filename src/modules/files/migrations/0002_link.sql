-- What may be opened by everybody who holds the token, or by signed-in people who do. Only the hash of a token is stored.
create table files.link (
  id             uuid        primary key,
  file_id        uuid        not null references files.file on delete cascade,
  created_by     uuid        not null,
  token_hash     bytea       not null unique,
  mode           text        not null check (mode in ('secure', 'public')),
  password_hash  text,                     -- null: no password
  max_downloads  int         check (max_downloads > 0),  -- null: any number
  used           int         not null default 0,
  expires_at     timestamptz not null,
  revoked_at     timestamptz,
  wrong_attempts int         not null default 0,  -- since wrong_since
  wrong_since    timestamptz,
  created_at     timestamptz not null default now()
);
create index link_file on files.link (file_id, id desc);
create index link_maker on files.link (created_by, id);
create index link_expiring on files.link (expires_at);

-- A download by a link that counts its downloads: its later ranges are part of it.
create table files.link_use (
  id         uuid        primary key,
  link_id    uuid        not null references files.link on delete cascade,
  client     text        not null,  -- hash of who opened it
  bytes_left bigint      not null,
  started_at timestamptz not null,
  has_start  boolean     not null default true  -- its first bytes have left, and do not leave again as part of it
);
create index link_use_client on files.link_use (link_id, client, started_at desc);
create index link_use_started on files.link_use (started_at);

-- Who asked for the bytes of a file, and whether they got them. Written before the first byte leaves.
create table files.access (
  id         uuid        primary key,
  file_id    uuid        not null,  -- accesses stay when their file is purged
  link_id    uuid,
  user_id    uuid,                  -- null for strangers
  way        text        not null check (way in ('download', 'stream', 'link')),
  is_allowed boolean     not null,
  reason     text,                  -- of a refusal: its code
  ip         text,
  user_agent text,
  created_at timestamptz not null default now()
);
create index access_file on files.access (file_id, id desc);
create index access_user on files.access (user_id, id) where user_id is not null;
create index access_created on files.access (created_at);

-- Wrong passwords of one network for one link.
create table files.link_attempt (
  link_id        uuid        not null references files.link on delete cascade,
  network        text        not null,  -- its hash
  wrong_attempts int         not null,  -- since wrong_since
  wrong_since    timestamptz not null,
  primary key (link_id, network)
);
