-- Somebody may have a phone number and no e-mail address. Sealed as addresses are; verified by the module users.
alter table notifications.recipient
  alter column email_sealed drop not null,
  add column phone_sealed bytea,
  add column phone_hash bytea;
