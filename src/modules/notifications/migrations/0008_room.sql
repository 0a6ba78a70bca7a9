-- What is sent is written three times; room in the page lets the last write leave the indexes alone.
alter table notifications.message set (fillfactor = 70);
-- Reports of providers are found by `attempt_reported`.
drop index notifications.attempt_provider_message;
