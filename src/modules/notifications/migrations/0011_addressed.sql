-- Whoever is erased takes the messages along that went to their address and not to their account.
create index message_addressed on notifications.message (recipient_hash) where user_id is null;
