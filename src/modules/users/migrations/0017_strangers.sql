-- Wrong passwords and codes of strangers, by the network that they came from; kept for as long as they count.
create table users.network_failure (
  network_mac bytea       not null,              -- HMAC of the network under the application key
  failed_at   timestamptz not null
);
create index network_failure_found on users.network_failure (network_mac, failed_at);
create index network_failure_age on users.network_failure (failed_at);

-- Who guessed: the known device, or the session of somebody who is signed in; null for all strangers together.
alter table users.wrong_guess add column guesser uuid;
drop index users.wrong_guess_owner;
create index wrong_guess_owner on users.wrong_guess (user_id, kind, guesser, guessed_at);
