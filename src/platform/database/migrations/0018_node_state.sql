-- What a node runs, as it says itself with each heartbeat.
alter table platform.node add state jsonb not null default '{}';

-- Nodes that ended without saying so. An operator sees them for an hour.
create table platform.stopped_node (
  id           uuid        primary key,
  kind         text        not null,
  host         text        not null,
  pid          int         not null,
  started_at   timestamptz not null,
  heartbeat_at timestamptz not null,
  state        jsonb       not null
);
create index stopped_node_heartbeat_at on platform.stopped_node (heartbeat_at);
