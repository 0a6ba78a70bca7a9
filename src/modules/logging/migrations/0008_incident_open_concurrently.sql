-- Incidents that are not resolved, which are few: each watch looks for those that have become quiet.
create index concurrently if not exists incident_unresolved on logging.incident (id) where status <> 'resolved';
