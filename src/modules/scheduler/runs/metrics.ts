import { sql } from 'kysely';
import { gaugesOf, single, type Registry } from '#platform/telemetry/port.ts';
import { oldestDue } from '#platform/work/port.ts';
import { runQueue } from '../executions/create.ts';
import { dueQueue } from '../schedules/occurrences.ts';
import type { SchedulerReader } from '../tables.ts';
import type { Metrics } from './schemas.ts';

/** Upper bounds of the classes of durations, in seconds. */
const BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800];

interface OfType {
  succeeded: number;
  failed: number;
  quarantines: number;
  /** Of each class, and of all that are longer. */
  readonly counts: number[];
}

/** What this process has run since its start, by type; and what is due and running in the database. */
export function createMetrics(db: SchedulerReader, registry: Pick<Registry, 'counter' | 'histogram'>) {
  const countRun = registry.counter({
    name: 'bonyan_scheduler_runs_total',
    help: 'Attempts of runs, by the type of their job: succeeded or failed',
    labels: ['type', 'outcome'],
  });
  const measureRun = registry.histogram(
    { name: 'bonyan_scheduler_run_seconds', help: 'How long attempts of runs take', labels: ['type'] },
    BOUNDS,
  );
  const countQuarantined = registry.counter({
    name: 'bonyan_scheduler_quarantines_total',
    help: 'Jobs that were put in quarantine',
    labels: ['type'],
  });
  const types = new Map<string, OfType>();

  function ofType(type: string): OfType {
    const known = types.get(type) ?? { succeeded: 0, failed: 0, quarantines: 0, counts: BOUNDS.map(() => 0).concat(0) };
    types.set(type, known);
    return known;
  }

  function count(type: string, outcome: 'succeeded' | 'failed', durationMs: number): void {
    countRun(type, outcome);
    measureRun(durationMs / 1000, type);
    const counted = ofType(type);
    counted[outcome]++;
    const at = BOUNDS.findIndex((bound) => durationMs <= bound * 1000);
    const place = at === -1 ? BOUNDS.length : at;
    counted.counts[place] = (counted.counts[place] ?? 0) + 1;
  }

  async function readNow(): Promise<Omit<Metrics, 'byType'>> {
    const { rows } = await sql<Omit<Metrics, 'byType'>>`
      select (select count(*) from (select from scheduler.execution
          where status = 'scheduled' and not is_waiting and scheduled_at_utc <= now() limit 10000) due) as due,
        (select count(*) from (select from scheduler.execution where status = 'running' limit 10000) running) as running,
        coalesce((extract(epoch from now() - ${oldestDue([dueQueue, runQueue])}) * 1000)::int8, 0) as lag_ms,
        (select count(*) from (select from scheduler.job where status = 'quarantined' limit 10000) quarantined) as quarantined`.execute(
      db,
    );
    return rows[0] ?? { due: 0, running: 0, lagMs: 0, quarantined: 0 };
  }

  async function read(): Promise<Metrics> {
    return { ...(await readNow()), byType: [...types].map(([type, counted]) => ({ type, ...toShown(counted) })) };
  }

  const gauges = gaugesOf(readNow, [
    {
      name: 'bonyan_scheduler_due',
      help: 'Runs that are due and have not begun, counted up to 10,000',
      labels: [],
      toSamples: ({ due }) => single(due),
    },
    {
      name: 'bonyan_scheduler_running',
      help: 'Runs that run, counted up to 10,000',
      labels: [],
      toSamples: ({ running }) => single(running),
    },
    {
      name: 'bonyan_scheduler_lag_seconds',
      help: 'How long the oldest run that could begin has waited',
      labels: [],
      atMost: 60,
      toSamples: ({ lagMs }) => single(lagMs / 1000),
    },
    {
      name: 'bonyan_scheduler_quarantined',
      help: 'Jobs in quarantine, counted up to 10,000',
      labels: [],
      atMost: 0,
      toSamples: ({ quarantined }) => single(quarantined),
    },
  ]);

  function countQuarantine(type: string): void {
    countQuarantined(type);
    ofType(type).quarantines++;
  }

  return { count, countQuarantine, read, gauges };
}

export type SchedulerMetrics = ReturnType<typeof createMetrics>;

function toShown({ succeeded, failed, quarantines, counts }: OfType) {
  let sum = 0;
  const seconds = counts.map((count, index) => ({ upTo: BOUNDS[index] ?? null, count: (sum += count) }));
  return { succeeded, failed, quarantines, seconds };
}
