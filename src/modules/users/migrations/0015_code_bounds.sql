-- Wrong guesses at these codes count like all others: five over all codes of an address, for every client together.
alter table users.external_code
  add column expires_at    timestamptz not null default now(),
  add column wrong         int         not null default 0,
  add column window_at     timestamptz not null default now(),
  add column blocked_until timestamptz;

-- What tells an owner that somebody registers their address is bounded as codes are.
alter table users.code drop constraint code_purpose_check;
alter table users.code add constraint code_purpose_check
  check (purpose in ('verification', 'reset', 'emailChange', 'alreadyRegistered'));
