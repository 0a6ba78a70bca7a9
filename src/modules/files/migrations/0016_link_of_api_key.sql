-- A link that was made with an API key gives no more than the key, and ends with it.
alter table files.link add column api_key_id uuid;  -- null: made in a session
