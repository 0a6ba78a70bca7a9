import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { createBackground } from '#platform/background.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Bus } from '#platform/events/delivery.ts';
import type { Pool } from '#platform/database/pool.ts';
import { inProcessBus } from '#platform/events/in-process.ts';
import { on } from '#platform/events/port.ts';
import { happened, type Happened } from '#testing/event-probe.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createLog } from '#platform/log/pino.ts';
import type { Worker } from '#platform/work/port.ts';
import { testApp } from '#testing/app.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

/** The bound of the tests: unclaimed work continues this long after a fault has ended. */
export const RESUMES_MS = 5000;
/** True in the long form, `npm run test:faults`. */
export const isLong = process.env['BONYAN_TEST_FAULTS'] === '1';
export const queue = defineQueue('probe.thing');
export const SECRET = 'only-for-tests-only-for-tests-only-for-tests';

export interface NodeOptions {
  readonly url: string;
  /** Address for the LISTEN connection, if it differs. */
  readonly directUrl?: string;
  readonly leaseMs?: number;
  readonly poolSize?: number;
  /** Default: delivery in process. */
  readonly bus?: Bus;
  /** Runs before the effect is written. Default: nothing. */
  readonly before?: (ref: string) => Promise<void>;
}

export type FaultNode = Awaited<ReturnType<typeof openNode>>;

/**
 * A complete node (pool, LISTEN connection, registration, delivery, work), with a queue and a consumer that add one row
 * to `effect` for each item or event.
 */
export async function openNode({
  url,
  directUrl,
  leaseMs = 30_000,
  poolSize = 8,
  bus = inProcessBus,
  before,
}: NodeOptions) {
  const nodeId = newId();
  const log = createLog('silent');
  const keys = createKeys(SECRET);
  const config = loadConfig({
    DATABASE_URL: url,
    BONYAN_SECRET: SECRET,
    BONYAN_DATABASE_POOL_SIZE: String(poolSize),
    ...(directUrl !== undefined && { DATABASE_DIRECT_URL: directUrl }),
  });
  const database = await openDatabase({
    config,
    dataDir: '/nonexistent',
    kind: 'worker',
    nodeId,
    keys,
    ...someTelemetry(),
    log,
  });
  const note = (kind: 'work' | 'event', ref: string) => async (unit: AnyUnit) =>
    void (await sql`insert into effect (kind, ref, node) values (${kind}, ${ref}, ${nodeId})`.execute(unit.tx));
  const worker: Worker = {
    queue,
    maxAttempts: 20,
    leaseMs,
    async handle({ ref }) {
      await before?.(ref);
      return { write: note('work', ref) };
    },
  };
  const background = createBackground({
    database,
    bus,
    consumers: [
      {
        name: 'probe',
        subscriptions: [on(happened, (unit: AnyUnit, { key, seq }: Happened) => note('event', `${key} ${seq}`)(unit))],
      },
    ],
    workers: [worker],
    dailyTables: [],
    sealer: { wake() {}, start() {}, async stop() {}, async drain() {} },
    nodeId,
    concurrency: 8,
    log,
    telemetry: someTelemetry(),
    now: () => new Date(),
  });
  await database.node.start();
  await background.prepare();

  return {
    nodeId,
    database,
    background,
    enqueue: (...refs: string[]) =>
      database.units.write(system('probe'), async ({ enqueue }: AnyUnit) => {
        for (const ref of refs) enqueue(queue, { ref });
      }),
    publish: (key: string, seq: number) =>
      database.units.write(system('probe'), async ({ publish }: AnyUnit) => publish(happened, { key, seq })),
    async close() {
      await background.stop(1000);
      await bus.close();
      await database.close();
    },
  };
}

/** An app on its own database with a table of effects, and nodes that are closed before the database is dropped. */
export async function openStage(t: TestContext, environment: Record<string, string> = {}) {
  const closing: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const close of closing.toReversed()) await close();
  });
  const app = await testApp(t, { environment });
  await createEffects(app.database.pool);

  async function node(options: Partial<NodeOptions> = {}): Promise<FaultNode> {
    const opened = await openNode({ url: app.databaseUrl, ...options });
    closing.push(opened.close);
    return opened;
  }

  return {
    app,
    node,
    closing,
    /** Each effect and how often it happened. */
    effects: (kind: 'work' | 'event' = 'work') => countEffects(app.database.pool, kind),
    left: () => countLeft(app.database.pool),
  };
}

type Queries = Pick<Pool, 'query'>;

export async function createEffects(pool: Queries): Promise<void> {
  await pool.query(
    'create table effect (place bigint generated always as identity, kind text, ref text, node text, at timestamptz default clock_timestamp())',
  );
}

export async function countEffects(pool: Queries, kind: string): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ ref: string; times: number }>(
    'select ref, count(*)::int as times from effect where kind = $1 group by ref',
    [kind],
  );
  return new Map(rows.map(({ ref, times }) => [ref, times]));
}

/** The events of each key that had their effect before one that was published earlier. */
export async function outOfOrder(pool: Queries): Promise<string[]> {
  const { rows } = await pool.query<{ ref: string }>(
    `select ref from (
       select ref, split_part(ref, ' ', 2)::int as seq,
              max(split_part(ref, ' ', 2)::int) over (partition by split_part(ref, ' ', 1) order by place) as greatest
       from effect where kind = 'event') e
     where seq < greatest`,
  );
  return rows.map(({ ref }) => ref);
}

export async function countLeft(pool: Queries): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from platform.work where queue = 'probe.thing'`,
  );
  return rows[0]?.count ?? 0;
}

/** The refs whose effect did not happen exactly once, with how often it did. */
export function notOnce(refs: Iterable<string>, effects: ReadonlyMap<string, number>): [string, number][] {
  return [...refs].map((ref): [string, number] => [ref, effects.get(ref) ?? 0]).filter(([, times]) => times !== 1);
}

/** Waits until `isSo`, and resolves with how long that took; an error counts as false. @throws after `withinMs`. */
export async function until(isSo: () => Promise<boolean> | boolean, withinMs: number, what: string): Promise<number> {
  const beganMs = performance.now();
  for (;;) {
    const holds = await Promise.resolve()
      .then(isSo)
      .catch(() => false);
    const tookMs = Math.round(performance.now() - beganMs);
    if (holds) return tookMs;
    if (tookMs > withinMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(10);
  }
}
