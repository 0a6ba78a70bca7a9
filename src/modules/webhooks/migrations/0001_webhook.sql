create schema webhooks;

-- An address outside that gets events.
create table webhooks.endpoint (
  id              uuid        primary key,
  url_sealed      bytea       not null,  -- addresses often contain a token
  secret_sealed   bytea       not null,
  previous_sealed bytea,                 -- the former secret, which also signs until previous_until
  previous_until  timestamptz,
  event_types     text[]      not null check (cardinality(event_types) between 1 and 100),
  description     text        not null default '',
  is_enabled      boolean     not null default true,
  disabled_reason text,
  failing_since   timestamptz,           -- the first failure since the last success
  paused_until    timestamptz,           -- after a failure nothing is sent before
  failures        int         not null default 0,  -- in a row
  created_by      uuid,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  version         int         not null default 1
);

-- Each event looks here, so it must be cheap: there are at most 100 rows.
create index endpoint_event on webhooks.endpoint using gin (event_types) where is_enabled;

-- One event on its way to one endpoint. No foreign key: deleting an endpoint would delete all its deliveries at once.
create table webhooks.delivery (
  id              uuid        primary key,  -- UUIDv7: retention deletes by it
  endpoint_id     uuid        not null,
  event_type      text        not null,
  data            jsonb       not null,
  occurred_at     timestamptz not null,
  status          text        not null default 'pending' check (status in ('pending', 'succeeded', 'failed')),
  started_at      timestamptz not null default now(),  -- of the attempts: a replay begins again
  attempts        int         not null default 0,
  last_attempt_at timestamptz,
  next_attempt_at timestamptz,
  response_status int,
  response_body   text,
  error           text
);

create index delivery_endpoint on webhooks.delivery (endpoint_id, id desc);
create index delivery_status on webhooks.delivery (endpoint_id, status, id desc);
