-- A key with which somebody else acts on behalf of the person, for support: who, in which session they began, and why.
alter table users.api_key
  add column impersonator_id uuid references users.user (id) on delete cascade,
  add column impersonator_session_id uuid,
  add column reason text;

-- When the person was last told by mail that this one acts on their behalf: once a day is enough. Kept for a day.
create table users.impersonation_mail (
  user_id         uuid        not null references users.user (id) on delete cascade,
  impersonator_id uuid        not null references users.user (id) on delete cascade,
  sent_at         timestamptz not null,
  primary key (user_id, impersonator_id)
);
create index impersonation_mail_impersonator on users.impersonation_mail (impersonator_id);
create index impersonation_mail_sent on users.impersonation_mail (sent_at);
