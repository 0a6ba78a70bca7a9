import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { parseCron } from '#kernel/time/cron.ts';
import { nextInstant } from '#kernel/time/next-instant.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { median, percentile } from './compare.ts';
import { openGraphileWorker } from './others/graphile-worker.ts';
import { openPgBoss } from './others/pg-boss.ts';
import type { Report } from './report.ts';
import { BENCH_TYPE, openScheduler, toContender, type Scheduler } from './scheduler/bonyan.ts';
import { fillJobs, scheduleOnce } from './scheduler/fill.ts';
import { temporaryFolder } from './servers.ts';
import type { Contender } from './work/contender.ts';
import { countIdle, drainInTurns, perSecondOf, toDrainRows, watchBegun, type Begun } from './work/measures.ts';

const RUNS = 5000;
const ROUNDS = 3;
const WARM_UPS = 1;
const PICK_UPS = 100;
const SCHEDULED = 10_000;
const STEP_MS = 100; // between two due runs: the previous one has ended
const INSTANTS = 5000;
const INSTANT_STEP_MS = 7_654_321; // over a year, at no round times
const EXPRESSIONS = ['*/5 * * * *', '30 6 * * sat-wed', '0 0 L * *', '15 2 1-7 * 1', '0 9 * * 5#2', '0 0 29 2 *'];
const IDLE_SECONDS = Number(process.env['BONYAN_BENCH_IDLE_SECONDS'] ?? 300); // the shortest interval of a duty

/** When runs begin, how many end in a second, and what a scheduler costs that has nothing to do. */
export async function scheduler(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const database = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  cleanup.defer(() => client.end());
  await client.query('create schema bench');
  await client.query('create table bench.history (contender text, ref text, at timestamptz default now())');

  const begun = watchBegun();
  const beganAt = new Map<string, number>();
  const opened = new AsyncDisposableStack();
  cleanup.use(opened);
  const ours = await openScheduler(database.url, (jobId) => {
    beganAt.set(jobId, Date.now());
    begun.note();
  });
  opened.defer(ours.close);
  const lateness = await latenessOf(ours, begun, beganAt);
  console.log(`due: ${percentile(lateness, 50)} ms`);
  const pickUps = await runNow(ours, begun);
  console.log(`asked for: ${percentile(pickUps, 50)} ms`);
  const due = await drainDue(ours, begun);
  console.log(`due at once: ${Math.round(due)} runs/s`);
  const contenders = [await toContender(ours, RUNS)];
  for (const open of [openPgBoss, openGraphileWorker]) {
    const other = await open({ url: database.url, onBegun: begun.note });
    contenders.push(other);
    console.log(`${other.name}: ${other.tuning}`);
    opened.defer(other.close);
  }
  const drained = await drainInTurns(contenders, begun, { items: RUNS, rounds: ROUNDS, warmUps: WARM_UPS });
  await requireHistory(client, contenders);
  await opened.disposeAsync();
  const idle = await countIdle(client, database.url, join(folder.path, 'postgres', 'postgres.log'), {
    seconds: IDLE_SECONDS,
    async prepare(url) {
      const filler = new pg.Client({ connectionString: url });
      await filler.connect();
      await fillJobs(filler, 'scheduled', 'platform.noop', SCHEDULED);
      await scheduleOnce(filler, 'scheduled', { seconds: 366 * 86_400, stepMs: 1000 });
      await filler.end();
    },
  });

  const instant = microsOfInstant();
  const perSecond = (name: string) => median((drained.get(name) ?? []).map(perSecondOf));
  const against = (name: string) => perSecond('bonyan') / perSecond(name);
  return {
    rows: [
      ...[50, 95, 99].map((percent) => ({
        measure: `a run that is due begins after, p${percent}`,
        bonyan: percentile(lateness, percent),
        unit: 'ms',
      })),
      ...[50, 95, 99].map((percent) => ({
        measure: `a run that is asked for begins after, p${percent}`,
        bonyan: percentile(pickUps, percent),
        unit: 'ms',
      })),
      ...toDrainRows('runs', 'runs/s', drained),
      { measure: `${RUNS} schedules that are due at once, until all runs have ended`, bonyan: due, unit: 'runs/s' },
      { measure: 'a next instant', bonyan: instant, unit: 'µs' },
      { measure: 'idle: queries', bonyan: idle.queriesPerSecond, unit: '/s' },
    ],
    bounds: [
      { what: 'a run that is due begins after, p95', actual: percentile(lateness, 95), atMost: 15, unit: 'ms' },
      { what: 'a run that is due begins after, p99', actual: percentile(lateness, 99), atMost: 50, unit: 'ms' },
      { what: 'a run that is asked for begins after, p95', actual: percentile(pickUps, 95), atMost: 10, unit: 'ms' },
      { what: 'runs per second against pg-boss', actual: against('pg-boss'), atLeast: 2, unit: '×' },
      { what: 'runs per second against graphile-worker', actual: against('graphile-worker'), atLeast: 0.8, unit: '×' },
      { what: 'a next instant', actual: instant, atMost: 10, unit: 'µs' },
      { what: 'idle: queries of a node', actual: idle.queriesPerSecond, atMost: 1, unit: '/s' },
    ],
  };
}

/** Milliseconds from the instant of a schedule to its handler; one run at a time. */
async function latenessOf({ app, client }: Scheduler, begun: Begun, beganAt: ReadonlyMap<string, number>) {
  app.background.start();
  await untilIdle(client);
  await fillJobs(client, 'late', BENCH_TYPE, PICK_UPS);
  const all = begun.next(PICK_UPS);
  await scheduleOnce(client, 'late', { seconds: 3, stepMs: STEP_MS });
  await all;
  await app.background.stop(5000);
  const { rows } = await client.query<{ jobId: string; due: number }>(
    `select job_id as "jobId", extract(epoch from occurrence_at_utc)::float8 * 1000 as due
     from scheduler.execution where triggered_by = 'schedule' and type = $1`,
    [BENCH_TYPE],
  );
  if (rows.length !== PICK_UPS) throw new Error(`${rows.length} runs were due`);
  return rows.map(({ jobId, due }) => (beganAt.get(jobId) ?? NaN) - due).toSorted((a, b) => a - b);
}

/** The duties that were due at the start have ended. */
async function untilIdle(client: pg.Client): Promise<void> {
  for (let isIdle = false; !isIdle;) {
    await sleep(1000);
    const { rowCount } = await client.query('select from platform.work where due_at <= now() limit 1');
    isIdle = rowCount === 0;
  }
}

/** Milliseconds from the request that runs a job to its handler; one at a time. */
async function runNow({ app, client, run }: Scheduler, begun: Begun): Promise<number[]> {
  const { rows } = await client.query<{ id: string }>(`select id from scheduler.job where type = $1`, [BENCH_TYPE]);
  app.background.start();
  await untilIdle(client);
  const measured: number[] = [];
  for (const { id } of rows) {
    const one = begun.next(1);
    const askedAt = performance.now();
    await Promise.all([run(id), one.then(() => measured.push(performance.now() - askedAt))]);
    await sleep(STEP_MS);
  }
  await app.background.stop(5000);
  return measured.toSorted((a, b) => a - b);
}

/** Runs per second when many schedules are due at one instant: each is decided about, and then its run begins and ends. */
async function drainDue({ app, client }: Scheduler, begun: Begun): Promise<number> {
  await fillJobs(client, 'due', BENCH_TYPE, RUNS);
  await scheduleOnce(client, 'due', { seconds: 0, stepMs: 0 });
  const all = begun.next(RUNS);
  const startedAt = performance.now();
  app.background.start();
  await all;
  const open = `select from platform.work where queue in ('scheduler.due', 'scheduler.run') limit 1`;
  while ((await client.query(open)).rowCount !== 0) await sleep(2);
  const perSecond = (RUNS / (performance.now() - startedAt)) * 1000;
  await app.background.stop(5000);
  return perSecond;
}

/** Microseconds for the next instant of one of many schedules, in zones with and without changes of the clock. */
function microsOfInstant(): number {
  const recurrences = EXPRESSIONS.flatMap((expression) => {
    const parsed = parseCron(expression);
    if ('fault' in parsed) throw new Error(`${expression}: ${parsed.fault.reason.en}`);
    return ['America/New_York', 'Asia/Tehran', 'UTC'].map((timeZone) => ({ cron: parsed.cron, timeZone }));
  });
  const startedAt = performance.now();
  for (let step = 0; step < INSTANTS; step++)
    for (const recurrence of recurrences) nextInstant(recurrence, Date.UTC(2026, 0, 1) + step * INSTANT_STEP_MS);
  return ((performance.now() - startedAt) * 1000) / (INSTANTS * recurrences.length);
}

/** @throws when there are too few or too many history rows: then the figures are not comparable. */
async function requireHistory(client: pg.Client, contenders: readonly Contender[]): Promise<void> {
  const { rows } = await client.query<{ contender: string; runs: number }>(
    `select contender, count(*)::int as runs from bench.history group by 1
     union all select 'bonyan', count(*)::int from scheduler.execution e join scheduler.job j on j.id = e.job_id
     where j.name like 'bench %' and e.status = 'succeeded'`,
  );
  for (const { name } of contenders) {
    const runs = rows.find(({ contender }) => contender === name)?.runs;
    if (runs !== RUNS * (ROUNDS + WARM_UPS)) throw new Error(`${name} wrote ${runs} history rows`);
  }
}
