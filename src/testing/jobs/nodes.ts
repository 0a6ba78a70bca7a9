import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { loadConfig } from '#platform/config/load.ts';
import type { JobHandler, JobRun } from '#platform/jobs/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { newId } from '#kernel/id.ts';
import { SECRET, testApp } from '#testing/app.ts';
import { createApp } from '../../app.ts';
import { probeHandler } from './app.ts';

const PAUSE_MS = 5;
const DUE_WITHIN_MS = 5000; // longer than a run waits for another one, and shorter than a lease

/** Two nodes over one database, an administrator who owns the jobs, and jobs with runs that are due at once. */
export async function jobNodes(
  t: TestContext,
  act?: (run: JobRun<Record<string, unknown>>) => Promise<void> | void,
  others: readonly JobHandler[] = [],
) {
  const { handler, runs } = probeHandler(act);
  const handlers = [handler, ...others];
  const app = await testApp(t, { handlers });
  const { pool } = app.database;
  const person = {
    email: 'admin@example.com',
    firstName: 'Sara',
    lastName: 'Amini',
    password: 'a long enough password',
  };
  const owner = await app.users.createAdministrator(person, { onlyFirst: true });
  if (!owner) throw new Error('there is an administrator already');
  const config = loadConfig({
    DATABASE_URL: app.databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_LOG_LEVEL: 'silent',
    BONYAN_DATA_DIR: app.dataDir,
    BONYAN_DATABASE_POOL_SIZE: '5',
  });
  const other = await createApp({ config, kind: 'command', log: createLog('silent'), handlers });
  t.after(() => other.close());
  await other.prepare();
  const added: string[] = [];

  return {
    app,
    other,
    runs,
    admin: app.client({ 'x-test-caller': owner.id }),
    /** Answers their ids. */
    async addJobs(
      count: number,
      { type = 'probe.act', concurrency = 'forbid', concurrencyKey = null as string | null },
    ): Promise<string[]> {
      const { rows } = await pool.query<{ id: string }>(
        `insert into scheduler.job (id, name, description, type, owner_id, payload, max_retry_attempts,
           retry_backoff_seconds, backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority, concurrency_key)
         select gen_random_uuid(), 'at once ' || $3 || n, '', $2, $4, '{}', 3, 1, 'fixed', 60, 0, $3, 'medium', $5
         from generate_series(1, $1::int) n returning id`,
        [count, type, concurrency, owner.id, concurrencyKey],
      );
      added.push(...rows.map(({ id }) => id));
      return rows.map(({ id }) => id);
    },
    /**
     * A run of each of these jobs, by default of all; answers their ids. The runs of one job are claimed one after the other.
     * One that waits is enqueued by `release`.
     */
    async addRuns(triggeredBy: string, { jobIds = added, status = 'scheduled', attempt = 0, isWaiting = false } = {}) {
      const ids = jobIds.map(() => newId());
      await pool.query(
        `with r as (select * from unnest($1::uuid[], $2::uuid[]) with ordinality r (id, job_id, place)),
         run as (
           insert into scheduler.execution (id, job_id, type, status, attempt, is_waiting, triggered_by, occurrence_at_utc,
             scheduled_at_utc, max_attempts)
           select r.id, j.id, j.type, $4, $5, $6, $3, now(), now(), j.max_retry_attempts + 1
           from r join scheduler.job j on j.id = r.job_id returning id)
         insert into platform.work (id, queue, lane, ref, due_at, origin)
         select gen_random_uuid(), 'scheduler.run', 1, r.id, '2026-01-01'::timestamptz + r.place * interval '1 millisecond',
           '{"requestId":"","traceparent":null}'
         from r join run on run.id = r.id where not $6`,
        [ids, jobIds, triggeredBy, status, attempt, isWaiting],
      );
      return ids;
    },
    /** The runs that wait begin, as if what they wait for had succeeded. */
    async release(): Promise<void> {
      await pool.query(
        `with run as (
           update scheduler.execution set is_waiting = false where is_waiting and status = 'scheduled' returning id)
         insert into platform.work (id, queue, lane, ref, due_at, origin)
         select gen_random_uuid(), 'scheduler.run', 1, id, now(), '{"requestId":"","traceparent":null}' from run`,
      );
    },
    /** Both nodes take what is due at the same time, again and again, until `isDone`. */
    async drainAll(isDone: () => Promise<boolean>): Promise<void> {
      const later = () => new Date(Date.now() + DUE_WITHIN_MS).toISOString();
      while (!(await isDone())) {
        await Promise.all([app, other].map(({ background }) => background.drain(later())));
        await sleep(PAUSE_MS);
      }
    },
    /** What became of each run: its status, or why it was left out. */
    async outcomes(): Promise<Map<string, string>> {
      const { rows } = await pool.query<{ id: string; outcome: string }>(
        `select id, coalesce(skip_reason, status) as outcome from scheduler.execution where job_id = any($1::uuid[])`,
        [added],
      );
      return new Map(rows.map(({ id, outcome }) => [id, outcome]));
    },
  };
}
