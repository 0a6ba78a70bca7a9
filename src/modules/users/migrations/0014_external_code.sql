-- The newest code that was mailed to an address which another provider does not vouch for: for a minute it stays the code,
-- so that nobody fills somebody's mailbox.
create table users.external_code (
  address_mac bytea       primary key,         -- HMAC of the address under the application key
  code_mac    bytea,                           -- null where the address has an account: then no code is right
  sent_at     timestamptz not null
);
