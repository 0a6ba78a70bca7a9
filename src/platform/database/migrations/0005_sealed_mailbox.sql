-- Captured mails are sealed as a whole. Those that are there are deleted: SQL cannot seal them, and their codes expired.
delete from platform.captured_mail;
alter table platform.captured_mail
  drop column recipient,
  drop column subject,
  drop column text,
  drop column html,
  add column sealed bytea not null;
