-- An account has an e-mail address, a phone number, or both. A pending one has that with which it was registered.
alter table users.user
  alter column email drop not null,
  add column phone             text,              -- E.164
  add column phone_verified_at timestamptz,
  add constraint user_address check (email is not null or phone is not null) not valid;

-- Searches find a number as they find an address. The table is written anew: some seconds for a million accounts.
alter table users.user drop column search_text;
alter table users.user add column search_text text not null generated always as (platform.search_text(
  coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || first_name || ' ' || last_name)) stored;

-- A code by SMS does not replace one by e-mail: who asks for the one could block the other.
alter table users.code
  add column browser text,                            -- MAC of the browser that asked to sign in
  add column kind text not null default 'email' check (kind in ('email', 'phone')),
  drop constraint code_purpose_check,
  add constraint code_purpose_check check (purpose in ('verification', 'reset', 'addressChange', 'signIn')) not valid;
delete from users.code where purpose in ('emailChange', 'alreadyRegistered');

-- An address that an account will have once its code was given. What was asked for with the former version is asked for again.
drop table users.email_change;
create table users.address_change (
  user_id      uuid        not null references users.user (id) on delete cascade,
  kind         text        not null check (kind in ('email', 'phone')),
  address      text        not null,              -- in the form of accounts
  requested_at timestamptz not null,
  primary key (user_id, kind)
);

-- What codes by SMS have cost on a day (UTC): in each country, those to numbers of accounts and those to all others.
create table users.sms_spending (
  day      date   not null,
  country  text   not null,                         -- ISO 3166-1, or * for all without a budget of their own
  audience text   not null check (audience in ('known', 'strangers')),
  cost     bigint not null,
  messages int    not null,
  primary key (day, country, audience)
);
