create schema organisations;

-- Who is in it, and by which role, is authorization's: decisions depend on it.
create table organisations.organisation (
  id         uuid        primary key,
  name       text        not null,
  created_by uuid,                     -- null: the account is deleted
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version    int         not null default 1
);
create index organisation_founder on organisations.organisation (created_by) where created_by is not null;

-- Somebody who may join. Answered or not, it goes a day after `expires_at`: until then it counts for the limits.
create table organisations.invitation (
  id              uuid        primary key,
  organisation_id uuid        not null,  -- of one that is deleted, too: the limits count it
  address         text        not null,  -- of e-mail or in E.164, in the one form
  role            text        not null,
  status          text        not null default 'pending' check (status in ('pending', 'accepted', 'declined', 'withdrawn')),
  invited_by      uuid,                  -- null: the account is deleted, and the invitation without effect
  user_id         uuid,                  -- the account that had the address when it was sent; null: none
  created_at      timestamptz not null default now(),
  expires_at      timestamptz not null
);
create unique index invitation_pending on organisations.invitation (organisation_id, address) where status = 'pending';
create index invitation_organisation on organisations.invitation (organisation_id, id desc) where status = 'pending';
create index invitation_address on organisations.invitation (address, created_at);
create index invitation_inviter on organisations.invitation (invited_by, created_at);
create index invitation_user on organisations.invitation (user_id) where user_id is not null;
create index invitation_end on organisations.invitation (expires_at);
