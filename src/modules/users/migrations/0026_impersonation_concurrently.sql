create index concurrently if not exists api_key_impersonator on users.api_key (impersonator_id, id desc) where impersonator_id is not null;
create index concurrently if not exists api_key_impersonation_end on users.api_key (expires_at) where impersonator_id is not null;
