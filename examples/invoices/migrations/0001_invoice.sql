create schema invoices;

-- owner_id and todo_id are no foreign keys: modules do not use each other's tables.
create table invoices.invoice (
  id          uuid        primary key,  -- UUIDv7: order by id is order by creation
  owner_id    uuid        not null,
  customer    text        not null check (length(customer) between 1 and 200),
  amount      bigint      not null check (amount > 0),
  currency    text        not null,
  due_on      date        not null,
  todo_id     uuid,
  status      text        not null check (status in ('draft', 'issued', 'paid')),
  issued_at   timestamptz,
  paid_at     timestamptz,
  reminded_at timestamptz,
  created_at  timestamptz not null default now()
);

create index invoice_owner on invoices.invoice (owner_id, id desc);
create index invoice_todo on invoices.invoice (todo_id) where todo_id is not null and status = 'draft';
create index invoice_due on invoices.invoice (due_on) where status = 'issued' and reminded_at is null;
