-- An administrator has made an account; its owner sets the password. There is one link at a time.
create table users.invitation (
  user_id    uuid        primary key references users.user (id) on delete cascade,
  link_mac   bytea       not null,                -- HMAC of the 256-bit token
  sent_at    timestamptz not null,
  expires_at timestamptz not null
);
create unique index invitation_link on users.invitation (link_mac);
