-- Rooms, chats and numbers that hear of incidents; sealed JSON, since whoever knows a hook may write there.
alter table notifications.route add column targets_sealed bytea;
