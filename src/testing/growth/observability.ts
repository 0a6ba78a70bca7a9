import type { Filling } from './filling.ts';

const MESSAGES = 100; // of one replay

/** Replays that ended, and one message in so many for each; and processes that stopped. */
export async function fillObservability({ sql, rows, each }: Filling): Promise<void> {
  await sql(
    `insert into observability.replay (id, box, take, filter, dry_run, matched, created_at, finished_at)
     select pg_temp.growth_id('replay', n), 'inbox', 100, '{}', false, ${MESSAGES}, pg_temp.growth_at(n), now()
     from generate_series(0, ${rows}, ${MESSAGES}) n`,
  );
  await sql(
    `insert into observability.replay_message (replay_id, message_id, outcome)
     select pg_temp.growth_id('replay', n - n % ${MESSAGES}), pg_temp.growth_id('replayed', n), 'succeeded' from ${each}`,
  );
  await sql(
    `insert into platform.stopped_node (id, kind, host, pid, started_at, heartbeat_at, state)
     select pg_temp.growth_id('node', n), 'worker', 'app-' || n, n, now() - interval '2 hours', now() - interval '59 min', '{}'
     from generate_series(1, 5) n`,
  );
}
