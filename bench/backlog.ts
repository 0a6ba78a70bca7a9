import { setTimeout as sleep } from 'node:timers/promises';
import { p95 } from './compare.ts';
import { openGrowthStage, openKept, openServer, type GrowthStage } from './growth/stage.ts';
import type { Bound, Report, Row } from './report.ts';

const ROWS = Number(process.env['BONYAN_BENCH_ROWS'] ?? 20_000);
const BACKLOG = Number(process.env['BONYAN_BENCH_BACKLOG'] ?? Math.min(200_000, ROWS / 2));
const EMPTY = 1000; // rows; so few that nothing costs by them
const PROBES = 60;
const SIGN_INS = 20; // each takes a core for tens of milliseconds
const QUIET_MS = 40; // between two urgent messages: the previous one is completed
const DRAINED_WITHIN_MS = 1_800_000;
const AT_MOST = 1.5;
const URGENT = { channel: 'email', priority: 'high', recipient: 'somebody@example.com', subject: 'a', body: 'b' };
const WATCHED = [
  'platform.work',
  'notifications.message',
  'notifications.attempt',
  'platform.event_today',
  'audit.unsealed',
];

type Figures = Readonly<Record<string, number>>;

/**
 * Urgent messages, sign-in, list and create: in an empty system, in a full one, and there while reminders and messages of
 * low priority wait by the hundred thousand. And the size of the tables before and after these are done.
 */
export async function backlog(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  await openServer(cleanup, {});
  const empty = await onStage(EMPTY, probe);
  const { full, busy, drained, sizes } = await onStage(ROWS, async (stage) => {
    const idle = await probe(stage);
    const before = await sizesOf(stage);
    const beganMs = performance.now();
    await addBacklog(stage);
    const duringIt = await probe(stage);
    const wasWaiting = await countDue(stage);
    const tookMs = await drain(stage, beganMs);
    const after = await sizesOf(stage);
    return { full: idle, busy: duringIt, drained: { wasWaiting, tookMs }, sizes: { before, after } };
  });
  const rows: Row[] = [];
  const bounds: Bound[] = [];
  for (const [what, ofEmpty] of Object.entries(empty)) {
    const [idle, loaded] = [full[what] ?? NaN, busy[what] ?? NaN];
    rows.push({ measure: `${what} p95, few rows, idle`, bonyan: ofEmpty, unit: 'ms' });
    rows.push({ measure: `${what} p95, ${ROWS} rows, idle`, bonyan: idle, unit: 'ms' });
    rows.push({ measure: `${what} p95, ${ROWS} rows, ${2 * BACKLOG} items due`, bonyan: loaded, unit: 'ms' });
    const against = what === 'pick-up' ? idle : ofEmpty;
    bounds.push({ what: `${what} p95 beside the backlog`, actual: loaded / against, atMost: AT_MOST, unit: '×' });
  }
  rows.push({ measure: 'items that were still due after the probes', bonyan: drained.wasWaiting, unit: '' });
  rows.push({ measure: 'until all were done', bonyan: drained.tookMs / 1000, unit: 's' });
  for (const [name, { bytes, dead }] of Object.entries(sizes.after)) {
    const was = sizes.before[name];
    rows.push({
      measure: `${name}, after, and before`,
      bonyan: bytes / 2 ** 20,
      reference: (was?.bytes ?? NaN) / 2 ** 20,
      unit: 'MiB',
    });
    rows.push({
      measure: `${name}, dead rows, after, and before`,
      bonyan: dead,
      reference: was?.dead ?? NaN,
      unit: '',
    });
  }
  return { rows, bounds };
}

async function onStage<R>(rows: number, use: (stage: GrowthStage) => Promise<R>): Promise<R> {
  const stage = await openGrowthStage(rows, () => {}, await openKept(rows));
  try {
    stage.app.background.start();
    await sleep(2000); // the recurring jobs run once
    return await use(stage);
  } finally {
    await stage.app.background.stop(5000);
    await stage.close();
  }
}

/** The 95th percentiles in milliseconds, one call at a time. */
async function probe(stage: GrowthStage): Promise<Figures> {
  const { send } = stage;
  const owner = await stage.tokensOf('owner');
  const url = '/api/v1/todos';
  const todo = { description: 'Buy bread', labels: ['home'] };
  return {
    'pick-up': p95(await times(PROBES, () => pickUp(stage))),
    'sign-in': p95(await times(SIGN_INS, async (n) => timed(() => stage.signIn(n)))),
    list: p95(await times(PROBES, async () => timed(() => send({ method: 'GET', url }, owner)))),
    create: p95(await times(PROBES, async () => timed(() => send({ method: 'POST', url, payload: todo }, owner)))),
  };
}

/** From the transaction that accepts an urgent message to the one that begins to send it, by the database's clock. */
async function pickUp({ call, app }: GrowthStage): Promise<number> {
  const { body } = await call('owner', 'POST', '/api/v1/notifications', URGENT);
  for (;;) {
    const { rows } = await app.database.pool.query<{ ms: number | null }>(
      'select (extract(epoch from begun_at - created_at) * 1000)::float8 as ms from notifications.message where id = $1',
      [body.id],
    );
    await sleep(QUIET_MS);
    if (typeof rows[0]?.ms === 'number') return rows[0].ms;
  }
}

/** Reminders that are due, and messages that wait: each with the lowest priority. */
async function addBacklog({ app: { database } }: GrowthStage): Promise<void> {
  await database.pool.query(
    `update platform.work set due_at = now()
     where id in (select id from platform.work where queue = 'todos.reminder' and due_at > now() limit ${BACKLOG})`,
  );
  await database.pool.query(
    `with chosen as (select id from notifications.message where channel = 'email' and status = 'sent' limit ${BACKLOG}),
     gone as (delete from notifications.attempt where message_id in (select id from chosen)),
     waiting as (update notifications.message m set status = 'pending', attempt_count = 0, begun_at = null, sent_at = null,
       provider = null from chosen where m.id = chosen.id)
     insert into platform.work (id, queue, lane, ref, origin)
     select id, 'notifications.email', 2, id || ' 0', jsonb_build_object('requestId', '', 'traceparent', null) from chosen`,
  );
}

async function countDue({ app }: GrowthStage): Promise<number> {
  const { rows } = await app.database.pool.query<{ count: number }>(
    `select count(*) as count from platform.work where queue in ('todos.reminder', 'notifications.email') and due_at <= now()`,
  );
  return rows[0]?.count ?? NaN;
}

async function drain(stage: GrowthStage, beganMs: number): Promise<number> {
  while ((await countDue(stage)) > 0) {
    if (performance.now() - beganMs > DRAINED_WITHIN_MS) throw new Error('the backlog was not drained in time');
    await sleep(500);
  }
  return performance.now() - beganMs;
}

async function sizesOf({ app }: GrowthStage): Promise<Record<string, { bytes: number; dead: number }>> {
  const { rows } = await app.database.pool.query<{ name: string; bytes: number; dead: number }>(
    `select schemaname || '.' || relname as name, pg_total_relation_size(relid) as bytes, n_dead_tup as dead
     from pg_stat_user_tables
     where schemaname || '.' || regexp_replace(relname, to_char(now() at time zone 'UTC', 'YYYYMMDD'), 'today') = any ($1)`,
    [WATCHED],
  );
  return Object.fromEntries(rows.map(({ name, bytes, dead }) => [name, { bytes, dead }]));
}

async function times(count: number, run: (n: number) => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < count; n++) all.push(await run(n % 20));
  return all;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await run();
  return performance.now() - beganMs;
}
