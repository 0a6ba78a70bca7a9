create index concurrently if not exists recipient_phone on notifications.recipient (phone_hash) where phone_hash is not null;
