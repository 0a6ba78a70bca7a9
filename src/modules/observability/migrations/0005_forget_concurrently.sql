-- What is deleted when it is old.
create index concurrently if not exists objective_minute_age on observability.objective_minute (minute);
create index concurrently if not exists objective_slot_age on observability.objective_slot (slot);
create index concurrently if not exists alert_closed on observability.alert (closed_at) where closed_at is not null;
create index concurrently if not exists replay_finished on observability.replay (finished_at) where finished_at is not null;
