create schema todos;

-- owner_id names a user but is no foreign key: modules do not reach into each other's tables.
create table todos.todo (
  id            uuid        primary key,  -- UUIDv7: order by id is order by creation
  owner_id      uuid        not null,
  description   text        not null check (length(description) between 1 and 500),
  due_date      date,
  labels        text[]      not null default '{}' check (cardinality(labels) <= 20),
  priority      text        not null default 'normal',
  priority_rank smallint    not null generated always as (array_position(array['normal', 'low', 'medium', 'high', 'top'], priority)) stored,
  remind_at     timestamptz,              -- null: no reminder
  completed_at  timestamptz,              -- null while open
  is_completed  boolean     not null generated always as (completed_at is not null) stored,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  version       int         not null default 1
);

create index todo_owner on todos.todo (owner_id, id desc);
create index todo_owner_due on todos.todo (owner_id, coalesce(due_date, 'infinity'::date), id);
create index todo_owner_priority on todos.todo (owner_id, priority_rank, id);
