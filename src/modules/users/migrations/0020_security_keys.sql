-- Security keys that do not verify their user (U2F, FIDO2 without PIN): a second factor after the password, and nothing
-- else. All passkeys so far verify their user.
alter table users.passkey add column is_second_factor_only boolean not null default false;
