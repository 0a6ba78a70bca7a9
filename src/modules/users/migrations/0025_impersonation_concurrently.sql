create index concurrently if not exists api_key_impersonator on users.api_key (impersonator_id) where impersonator_id is not null;
