-- The counts of a rule by time: those of its window are summed, and those before it are deleted.
create index concurrently if not exists match_count_rule on logging.match_count (rule_id, bucket);

-- How many incidents a rule has opened within the last minute.
create index concurrently if not exists incident_rule on logging.incident (rule_id, opened_at) where rule_id is not null;
