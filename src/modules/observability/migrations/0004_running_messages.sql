-- What replays have released and what has not ended, which they count together.
create index replay_message_running on observability.replay_message (replay_id) where outcome = 'running';
