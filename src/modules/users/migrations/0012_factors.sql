-- Steps that are not finished yet, for a few minutes: a sign-in that waits for its second factor, a passkey ceremony, a
-- sign-in with another provider. The holder of the token may continue it, once.
create table users.challenge (
  token_mac   bytea       primary key,           -- HMAC of the token under the application key
  kind        text        not null,
  user_id     uuid        references users.user (id) on delete cascade,
  data_sealed bytea       not null,
  wrong       int         not null default 0,
  expires_at  timestamptz not null
);
create index challenge_owner on users.challenge (user_id);
create index challenge_expiry on users.challenge (expires_at);

create table users.totp (
  user_id       uuid        primary key references users.user (id) on delete cascade,
  secret_sealed bytea       not null,
  confirmed_at  timestamptz,                     -- null: set up, but no code was given yet; it counts for nothing
  last_step     int,                             -- time step of the newest code that was used; older ones are void
  created_at    timestamptz not null
);

create table users.recovery_code (
  user_id    uuid        not null references users.user (id) on delete cascade,
  code_mac   bytea       not null,               -- HMAC of user and code under the application key
  created_at timestamptz not null,
  used_at    timestamptz,
  primary key (user_id, code_mac)
);

create table users.passkey (
  id            uuid        primary key,
  user_id       uuid        not null references users.user (id) on delete cascade,
  credential_id text        not null unique,     -- base64url, as WebAuthn names it
  public_key    bytea       not null,            -- COSE
  counter       bigint      not null,            -- 0 for ever where the authenticator keeps none
  transports    text[]      not null,
  is_backed_up  boolean     not null,            -- kept by the platform on several devices
  name          text        not null,
  created_at    timestamptz not null,
  last_used_at  timestamptz
);
create index passkey_owner on users.passkey (user_id, id desc);

-- An account that was made through another provider has no password until it sets one.
alter table users.user alter column password_hash drop not null;
