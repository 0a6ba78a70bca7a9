import type { Filling } from '../filling.ts';

const MESSAGES = 100; // of one replay
const MINUTES = 4 * 1440; // older ones are deleted
const SLOTS = 31 * 144;

/** Replays that ended, and one message in so many for each; what objectives counted; alerts; deploys of a year; and processes that stopped. */
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
  await sql(
    `insert into observability.objective_minute (objective, minute, good, bad)
     select o, date_trunc('minute', now()) - n * interval '1 minute', 100, n % 2
     from unnest(array['availability', 'faults', 'reads']) o, generate_series(0, ${MINUTES}) n`,
  );
  await sql(
    `insert into observability.objective_slot (objective, slot, good, bad)
     select o, now() - n * interval '10 minutes', 1000, n % 2
     from unnest(array['availability', 'faults', 'reads']) o, generate_series(0, ${SLOTS}) n`,
  );
  await sql(
    `insert into observability.deploy (at, release)
     select now() - n * interval '1 hour', 'release ' || n from generate_series(1, least(${rows}, 8760)) n`,
  );
  await sql(
    `insert into observability.alert (id, subject, tier, severity, details, opened_at, closed_at)
     select pg_temp.growth_id('alert', n), 'objective.reads', 'slow', 'medium', 'slow', pg_temp.growth_at(n), now()
     from ${each}`,
  );
}
