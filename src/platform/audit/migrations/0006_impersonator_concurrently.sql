create index concurrently if not exists entry_impersonator on audit.entry (impersonator_id, id desc) where impersonator_id is not null;
