-- What replays have released and what has not ended, which they count together.
create index concurrently if not exists replay_message_running on observability.replay_message (replay_id) where outcome = 'running';
