-- Until when the quiet hours of its recipient, or a digest, hold a message that waits.
alter table notifications.message add column held_until timestamptz;

-- Null: the person has chosen none, and the zone of the installation applies. UTC was the default so far.
alter table notifications.recipient alter column time_zone drop not null;
update notifications.recipient set time_zone = null where time_zone = 'UTC' and quiet_from is null;
