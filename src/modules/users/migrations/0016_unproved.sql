-- Registrations whose address nobody has confirmed are deleted after a week.
create index user_pending on users.user (created_at) where status = 'pending';

-- For a week after a reset by mail, sign-ins list the factors that were there before: an intruder may have added them.
alter table users.user add column reset_at timestamptz;

-- Mails and wrong guesses are counted for the address that is attacked, whichever accounts and purposes they come from; for
-- a change of the address also for the account that asks. Counts of the last quarter of an hour begin anew.
create table users.code_limit (
  subject_mac   bytea       primary key,           -- HMAC of the kind of mail, and of an address or the id of an account
  sent_at       timestamptz,
  wrong         int         not null default 0,
  window_at     timestamptz not null,              -- when the guesses began to be counted
  blocked_until timestamptz
);
alter table users.code drop column wrong, drop column window_at, drop column blocked_until;
alter table users.external_code drop column wrong, drop column window_at, drop column blocked_until;

-- These rows had no code: they limited how often a mail was sent.
delete from users.code where purpose = 'alreadyRegistered';
alter table users.code drop constraint code_purpose_check;
alter table users.code add constraint code_purpose_check check (purpose in ('verification', 'reset', 'emailChange'));

-- Mails that nobody who was signed in has asked for: an address gets ten of them in a day.
create table users.unasked_mail (
  address_mac bytea       primary key,             -- HMAC of the address under the application key
  since       timestamptz not null,
  mails       int         not null
);
