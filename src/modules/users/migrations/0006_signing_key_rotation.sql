-- A key is published for a while before anything is signed with it, and until what its predecessor signed has expired.
alter table users.signing_key add column signs_from timestamptz;
update users.signing_key set signs_from = created_at;
alter table users.signing_key alter column signs_from set not null;
