-- What survives a change of the application secret.

-- Keys that were derived from the first secret and cannot be changed, since what they made cannot be made anew: each
-- sealed under the present secret.
create table platform.lasting_key (
  name   text  primary key,                    -- 'mac:…' or 'seal:…', as the derivation names it
  sealed bytea not null
);

-- Since when which secret is the present one, by a MAC that names it without telling it.
create table platform.secret_use (
  fingerprint bytea       primary key,
  since       timestamptz not null default now()
);
