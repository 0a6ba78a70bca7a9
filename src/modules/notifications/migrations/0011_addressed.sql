-- Erasing a person also deletes the messages that went to their address and not to their account.
create index message_addressed on notifications.message (recipient_hash) where user_id is null;
