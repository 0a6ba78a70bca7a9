-- Rooms, chats and numbers that are notified of incidents; sealed JSON, because the URL of a hook allows writing there.
alter table notifications.route add column targets_sealed bytea;
