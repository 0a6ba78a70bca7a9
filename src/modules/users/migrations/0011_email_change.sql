alter table users.code drop constraint code_purpose_check;
alter table users.code add constraint code_purpose_check check (purpose in ('verification', 'reset', 'emailChange'));

-- The address that an account will have once its code was given. Its code is in users.code.
create table users.email_change (
  user_id      uuid        primary key references users.user (id) on delete cascade,
  email        text        not null,             -- trimmed, lower case, NFC
  requested_at timestamptz not null
);
