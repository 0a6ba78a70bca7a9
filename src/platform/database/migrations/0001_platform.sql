-- The tables under every module: event log, inbox, work, nodes, invalidations, idempotency keys, captured mail.
create schema platform;

-- Search ignores case and the two ways of writing ی, ک, ه and digits.
create function platform.search_text(value text) returns text
  language sql immutable strict parallel safe
  return lower(translate(value, 'يىكةۀأإآٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'ییکههاااا01234567890123456789'));

-- ---------------------------------------------------------------- event log (transactional outbox)
create sequence platform.event_pos;

create table platform.event (
  pos    bigint      not null default nextval('platform.event_pos'),
  xid    xid8        not null default pg_current_xact_id(), -- readers go by what their snapshot sees of it
  at     timestamptz not null default now(),
  id     uuid        not null,                              -- UUIDv7; what the inbox remembers
  type   text        not null,                              -- name.vN
  key    text        not null,                              -- one aggregate's events arrive in order
  origin jsonb       not null,                              -- where the cause came from
  body   jsonb       not null
) partition by range (at);
create index event_xid on platform.event (xid, pos);

-- One row per consumer. What `seen` saw is delivered; of what `head` saw beyond it, up to `pos`.
create table platform.cursor (
  consumer text        primary key,
  seen     pg_snapshot not null,
  head     pg_snapshot,                        -- null between windows
  pos      bigint      not null default 0,
  owner    uuid,                               -- node that delivers now
  token    bigint      not null default 0,     -- fences a holder that lost its lease
  due_at   timestamptz not null default now()  -- end of the lease while `owner` is set
);

-- What a consumer has done, committed with its effects: they happen once.
create table platform.inbox (
  consumer text        not null,
  event_id uuid        not null,
  event_at timestamptz not null,
  primary key (consumer, event_id, event_at)
) partition by range (event_at);

-- ---------------------------------------------------------------- work: all that is to be done later
create sequence platform.work_pos;

create table platform.work (
  id      uuid        primary key,
  pos     bigint      not null default nextval('platform.work_pos'), -- the order within a key
  queue   text        not null,
  lane    smallint    not null default 1,      -- 0 high, 1 medium, 2 low
  ref     text        not null,                -- what to work on, in the module's own table
  key     text,                                -- one at a time, in order of enqueuing
  parked  boolean     not null default false,  -- waits behind the row that heads its key
  due_at  timestamptz not null default now(),  -- ready, retry and end of lease in one
  owner   uuid,
  token   bigint      not null default 0,
  attempt int         not null default 0,
  error   text,                                -- of the last attempt
  origin  jsonb       not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index work_due on platform.work (queue, lane, due_at) where not parked;
create unique index work_head on platform.work (key) where not parked and key is not null;
create index work_key on platform.work (key, pos) where parked;

-- Adds keyed work: as the head of its key, or parked behind it. Holding the head keeps it from
-- settling before the follower is visible, which would leave the follower parked for ever.
create function platform.enqueue_keyed(id uuid, queue text, lane smallint, ref text, key text, due_at timestamptz, origin jsonb)
  returns void language plpgsql as $$
begin
  loop
    insert into platform.work (id, queue, lane, ref, key, due_at, origin)
      values (enqueue_keyed.id, enqueue_keyed.queue, enqueue_keyed.lane, enqueue_keyed.ref, enqueue_keyed.key,
              enqueue_keyed.due_at, enqueue_keyed.origin)
      on conflict do nothing;
    if found then return; end if;
    perform 1 from platform.work w where w.key = enqueue_keyed.key and not w.parked for key share;
    if found then
      insert into platform.work (id, queue, lane, ref, key, parked, due_at, origin)
        values (enqueue_keyed.id, enqueue_keyed.queue, enqueue_keyed.lane, enqueue_keyed.ref, enqueue_keyed.key,
                true, enqueue_keyed.due_at, enqueue_keyed.origin);
      return;
    end if;
  end loop;
end $$;

-- ---------------------------------------------------------------- nodes, and what their caches must forget
create table platform.node (
  id           uuid        primary key,
  kind         text        not null,           -- serve or worker
  host         text        not null,
  pid          int         not null,
  started_at   timestamptz not null default now(),
  heartbeat_at timestamptz not null default now()
);

create table platform.invalidation (
  xid   xid8        not null default pg_current_xact_id(),
  at    timestamptz not null default now(),
  topic text        not null,
  key   text        not null                   -- * forgets the whole topic
);
create index invalidation_xid on platform.invalidation (xid);
create index invalidation_at on platform.invalidation (at);

-- ---------------------------------------------------------------- HTTP and mail
create table platform.idempotency (
  caller      text        not null,
  key         text        not null,
  fingerprint bytea       not null,            -- SHA-256 over method, path and body
  token       uuid        not null,            -- of the request that holds the claim
  claimed_at  timestamptz not null default now(),
  answer      bytea,                           -- sealed; null until the effect has committed
  primary key (caller, key)
);
create index idempotency_claimed_at on platform.idempotency (claimed_at);

create table platform.captured_mail (
  id          text        primary key,         -- the sender's idempotency key
  recipient   text        not null,
  subject     text        not null,
  text        text        not null,
  html        text,
  received_at timestamptz not null default now()
);
create index captured_mail_recipient on platform.captured_mail (recipient, received_at desc);
create index captured_mail_received_at on platform.captured_mail (received_at desc);

-- Stores the answer of a request with its effect. Raising undoes the effect of one that was overtaken.
create function platform.settle_claim(caller text, key text, token uuid, answer bytea) returns void language plpgsql as $$
begin
  update platform.idempotency i set answer = settle_claim.answer
    where i.caller = settle_claim.caller and i.key = settle_claim.key and i.token = settle_claim.token;
  if not found then raise exception 'the idempotency claim was overtaken' using errcode = 'BN409'; end if;
end $$;
