-- The templates that modules declare, with the settings they are printed with, that a start has rendered without a mistake.
create table notifications.template_check (
  hash       text primary key, -- of all of them
  checked_at timestamptz not null default now()
);
