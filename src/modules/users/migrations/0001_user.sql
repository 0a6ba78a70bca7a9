create schema users;

create table users.user (
  id                uuid        primary key,
  email             text        not null,          -- trimmed, lower case, NFC
  first_name        text        not null,
  last_name         text        not null,
  password_hash     text        not null,          -- PHC string: the parameters are in it
  status            text        not null check (status in ('pending', 'active', 'disabled', 'deleted')),
  language          text        not null check (language in ('en', 'fa')),
  email_verified_at timestamptz,
  created_at        timestamptz not null default now(),
  version           int         not null default 1
);
create unique index user_email on users.user (email);

-- Failures per address, whether an account has it or not: the answers and their work are the same.
create table users.lockout (
  address_mac     bytea       primary key,         -- HMAC of the address under the application key
  failures        int         not null,
  last_failure_at timestamptz not null,
  locked_until    timestamptz
);

-- The current code of an account for a purpose. Wrong guesses count over all codes of a window.
create table users.code (
  user_id       uuid        not null references users.user (id) on delete cascade,
  purpose       text        not null check (purpose in ('verification', 'reset')),
  code_mac      bytea,                             -- null once used
  expires_at    timestamptz not null,
  sent_at       timestamptz not null,
  wrong         int         not null default 0,
  window_at     timestamptz not null,              -- when the guesses began to be counted
  blocked_until timestamptz,
  primary key (user_id, purpose)
);

-- Somebody asked for a code. Worked off later, so that asking looks the same for every address.
create table users.code_request (
  id             uuid        primary key,
  purpose        text        not null,
  address_sealed bytea       not null,
  created_at     timestamptz not null default now()
);

-- One row per session. Its refresh token is id, counter and an HMAC: nothing usable is stored.
create table users.session (
  id                  uuid        primary key,
  user_id             uuid        not null references users.user (id) on delete cascade,
  secret              bytea       not null,
  counter             int         not null default 0,
  rotated_at          timestamptz not null,
  created_at          timestamptz not null,
  last_used_at        timestamptz not null,
  idle_expires_at     timestamptz not null,
  absolute_expires_at timestamptz not null,
  ip                  text,
  device              text        not null,
  revoked_at          timestamptz
);
create index session_owner on users.session (user_id, id desc) where revoked_at is null;

create table users.signing_key (
  kid            text        primary key,
  public_jwk     jsonb       not null,
  private_sealed bytea       not null,
  created_at     timestamptz not null default now()
);
