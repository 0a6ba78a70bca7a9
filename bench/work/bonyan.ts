import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { createBackground } from '#platform/background.ts';
import { inProcessBus } from '#platform/events/in-process.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createLog } from '#platform/log/pino.ts';
import type { Worker } from '#platform/work/port.ts';
import { CONCURRENCY, CONNECTIONS, type Contender, type ContenderNeeds } from './contender.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

const queue = defineQueue('bench.item');
const SECRET = 'only-for-benchmarks-only-for-benchmarks';

/** The platform as a process runs it: its pool, units, signals and background, and one queue of a module. */
export async function openBonyan({ url, onBegun }: ContenderNeeds): Promise<Contender> {
  const node = await openNode(url, onBegun);
  await node.database.migrate([]);
  await node.background().prepare();
  let background = node.background();
  return {
    name: 'bonyan',
    tuning: 'as configured by default',
    add: node.add,
    start: async () => {
      background = node.background();
      background.start();
    },
    stop: () => background.stop(5000),
    isEmpty: async () =>
      (await node.database.pool.query(`select from platform.work where queue = $1 limit 1`, [queue.name])).rows
        .length === 0,
    close: () => node.database.close(),
  };
}

/** A second node that only adds items; NOTIFY tells the first one. */
export async function openOtherNode(url: string) {
  const node = await openNode(url, () => {});
  node.background(); // notifies other nodes of commits
  return { add: node.add, close: () => node.database.close() };
}

async function openNode(url: string, onBegun: (ref: string) => void) {
  const nodeId = newId();
  const log = createLog('warn');
  const config = loadConfig({ DATABASE_URL: url, BONYAN_SECRET: SECRET, BONYAN_DATABASE_POOL_SIZE: `${CONNECTIONS}` });
  const database = await openDatabase({
    config,
    dataDir: '',
    kind: 'worker',
    nodeId,
    keys: createKeys(SECRET),
    ...someTelemetry(),
    log,
  });
  const worker: Worker = {
    queue,
    maxAttempts: 3,
    leaseMs: 30_000,
    async handle({ ref }) {
      onBegun(ref);
      return {
        write: async ({ tx }) =>
          void (await sql`insert into bench.history (contender, ref) values ('bonyan', ${ref})`.execute(tx)),
      };
    },
  };
  return {
    database,
    background: () =>
      createBackground({
        database,
        bus: inProcessBus,
        consumers: [],
        workers: [worker],
        dailyTables: [],
        sealer: { wake() {}, start() {}, async stop() {}, async drain() {} },
        nodeId,
        concurrency: CONCURRENCY,
        log,
        telemetry: someTelemetry(),
        now: () => new Date(),
      }),
    add: (refs: readonly string[]) =>
      database.units.write(system('bench'), async (unit: AnyUnit) => {
        for (const ref of refs) unit.enqueue(queue, { ref });
      }),
  };
}
