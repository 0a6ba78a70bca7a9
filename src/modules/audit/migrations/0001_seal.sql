-- The chain over audit.entry, the tree over the chain, what signs it, and what reports have found.

-- Where the chain ends. Its row lock is held while a batch is sealed: so there is one sealer at a time, a killed one
-- leaves nothing half done, and a frozen one loses its transaction.
create table audit.head (
  is_only  boolean primary key default true check (is_only),
  size     bigint  not null default 0,
  checksum bytea   not null,                   -- of the last entry; zeros before the first
  frontier bytea   not null default '',        -- roots of the complete subtrees from the left, 32 bytes each
  note     text                                -- the checkpoint of this size, signed; null before the first
);
insert into audit.head (checksum) values (decode(repeat('00', 32), 'hex'));

create table audit.seal (
  sequence          bigint primary key,        -- dense, from 1
  entry_id          uuid   not null unique,
  previous_checksum bytea  not null,
  checksum          bytea  not null
);

-- Roots of the complete subtrees of 256, 65,536, … leaves; with them any proof is a few hundred rows at most.
create table audit.tree (
  level smallint not null,                     -- 8, 16, 24, …: of 2^level leaves
  index bigint   not null,
  hash  bytea    not null,
  primary key (level, index)
);

create table audit.signing_key (
  key_id         text        primary key,      -- as in the signature lines of notes
  name           text        not null,         -- of the log: the origin of its checkpoints
  public_key     bytea       not null,
  private_sealed bytea       not null,
  handover       text,                         -- a note of the key before, which names this one; null for the first
  created_at     timestamptz not null default clock_timestamp()
);

-- Signed heads that were kept, and given to the anchors.
create table audit.checkpoint (
  id         uuid        primary key,
  size       bigint      not null,
  note       text        not null,
  created_at timestamptz not null default now()
);
create index checkpoint_size on audit.checkpoint (size);

-- Signed statements that a backup was restored: checkpoints of what was lost are void.
create table audit.restoration (
  id         uuid        primary key,
  note       text        not null,
  created_at timestamptz not null default now()
);

create trigger seal_append_only before update or delete on audit.seal
  for each row execute function audit.refuse_change();
create trigger seal_no_truncate before truncate on audit.seal
  for each statement execute function audit.refuse_change();
create trigger tree_append_only before update or delete on audit.tree
  for each row execute function audit.refuse_change();
create trigger tree_no_truncate before truncate on audit.tree
  for each statement execute function audit.refuse_change();
create trigger checkpoint_append_only before update or delete on audit.checkpoint
  for each row execute function audit.refuse_change();
create trigger checkpoint_no_truncate before truncate on audit.checkpoint
  for each statement execute function audit.refuse_change();
create trigger restoration_append_only before update or delete on audit.restoration
  for each row execute function audit.refuse_change();
create trigger restoration_no_truncate before truncate on audit.restoration
  for each statement execute function audit.refuse_change();

-- What reports found and nobody has mended since; where isTampered comes from.
create table audit.finding (
  sequence bigint      not null,
  kind     text        not null,
  found_at timestamptz not null default now(),
  primary key (sequence, kind)
);

-- How far the chain was found whole; the next incremental report begins here.
create table audit.verified (
  is_only  boolean     primary key default true check (is_only),
  position bytea       not null,               -- sequence, checksum and frontier, sealed under the application secret
  at       timestamptz not null default now()
);

-- Reports that take longer than a request may.
create table audit.run (
  id            uuid        primary key,
  requested_by  text        not null,
  status        text        not null check (status in ('running', 'succeeded', 'failed', 'cancelled')),
  update_flags  boolean     not null,
  checked       bigint      not null default 0,
  total         bigint      not null,
  report        jsonb,                         -- once it has succeeded
  created_at    timestamptz not null default now(),
  finished_at   timestamptz
);
create unique index run_running on audit.run (update_flags) where status = 'running';

-- What each place outside the database was given last.
create table audit.anchored (
  name text        primary key,
  size bigint      not null,
  at   timestamptz not null default now()
);
