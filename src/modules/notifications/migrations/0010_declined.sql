-- A user who registers with an address keeps what that address has declined.
insert into notifications.preference (user_id, category, channel, wanted)
  select r.user_id, o.category, 'email', false
  from notifications.opt_out o join notifications.recipient r on r.email_hash = o.recipient_hash
  on conflict do nothing;
