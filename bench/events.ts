import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { defineEvent } from '#kernel/event.ts';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { createPartitions } from '#platform/database/partitions.ts';
import { openDatabase, type Database } from '#platform/database/open.ts';
import type { Bus } from '#platform/events/delivery.ts';
import { inProcessBus } from '#platform/events/in-process.ts';
import { on } from '#platform/events/port.ts';
import { openRabbit } from '#platform/events/rabbitmq/open.ts';
import { eventTables } from '#platform/events/retention.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createLog } from '#platform/log/pino.ts';
import { median, toRow } from './compare.ts';
import { deleteInstallation, publishOnly } from './events/broker.ts';
import type { Bound, Report, Row } from './report.ts';
import { temporaryFolder } from './servers.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

const EVENTS = Number(process.env['BONYAN_BENCH_EVENTS'] ?? 20_000);
const KEYS = 500;
const ROUNDS = 3;
const WARM_UPS = 1;
const LOOK_MS = 20;
const SHARDS = 4; // the default
const CONSUMER = 'bench';
const SECRET = 'only-for-benchmarks-only-for-benchmarks';
const log = createLog('warn');

const happened = defineEvent('bench.happened', 1, 'key', Type.Object({ key: Type.String(), seq: Type.Integer() }));

interface Measured {
  readonly perSecond: number;
  readonly cpuMillis: number;
}

/**
 * From the log to the effect in the database: all events are in the log when the node starts, its one consumer inserts
 * a row for each. Over RabbitMQ (`TEST_AMQP_URL`) the whole way is measured: read, published, consumed, handled.
 */
export async function events(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const server = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => server.close());
  const config = loadConfig({ DATABASE_URL: server.url, BONYAN_SECRET: SECRET });
  const keys = createKeys(SECRET);
  const database = await openDatabase({
    config,
    dataDir: '',
    kind: 'worker',
    nodeId: newId(),
    keys,
    ...someTelemetry(),
    log,
  });
  cleanup.defer(() => database.close());
  await database.migrate([]);
  await createPartitions(database.pool, eventTables, new Date());
  await database.pool.query('create schema bench');
  await database.pool.query(
    'create table bench.effect (place bigint generated always as identity, key text not null, seq int not null)',
  );

  const url = process.env['TEST_AMQP_URL'];
  const contenders: Record<string, () => Promise<Measured>> = {
    'in process': () => deliverAll(database, KEYS, inProcessBus),
    'in process, one hot key': () => deliverAll(database, 1, inProcessBus),
    ...(url && {
      'RabbitMQ, whole way': () => overRabbit(url, (bus) => deliverAll(database, KEYS, bus)),
      'RabbitMQ, whole way, one hot key': () => overRabbit(url, (bus) => deliverAll(database, 1, bus)),
      'RabbitMQ alone: publishes with confirms': async () => ({
        perSecond: await publishOnly(url, EVENTS),
        cpuMillis: NaN,
      }),
    }),
  };
  const measured = new Map<string, Measured[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -WARM_UPS; round < ROUNDS; round++)
    for (const [name, measure] of Object.entries(contenders)) {
      const figures = await measure();
      if (round >= 0) measured.get(name)?.push(figures);
    }
  return toReport(measured);
}

function toReport(measured: ReadonlyMap<string, readonly Measured[]>): Report {
  const of = (name: string) => median((measured.get(name) ?? []).map(({ perSecond }) => perSecond));
  const rows: Row[] = [...measured].flatMap(([measure, all]) => {
    const speed = toRow(
      measure,
      '/s',
      all.map(({ perSecond }) => perSecond),
    );
    const cpu = toRow(
      `${measure}: CPU of the node for an event`,
      'µs',
      all.map(({ cpuMillis }) => cpuMillis * 1000),
    );
    return Number.isNaN(cpu.bonyan) ? [speed] : [speed, cpu];
  });
  const atLeast: Record<string, number> = {
    'in process': 8000,
    'in process, one hot key': 4000,
    'RabbitMQ, whole way': 8000,
    'RabbitMQ, whole way, one hot key': 4000,
  };
  const bounds: Bound[] = [...measured.keys()]
    .filter((name) => name in atLeast)
    .map((name) => ({ what: name, actual: of(name), atLeast: atLeast[name] ?? NaN, unit: 'effects/s' }));
  return { rows, bounds };
}

async function overRabbit(url: string, measure: (bus: Bus) => Promise<Measured>): Promise<Measured> {
  const prefix = `b${randomBytes(4).toString('hex')}`;
  const bus = openRabbit({ url, prefix, shards: SHARDS, components: [], log });
  try {
    return await measure(bus);
  } finally {
    await bus.close();
    await deleteInstallation(url, prefix, [CONSUMER]);
  }
}

async function deliverAll({ pool, units }: Database, keyCount: number, bus: Bus): Promise<Measured> {
  await pool.query(
    'truncate bench.effect, platform.inbox, platform.event, platform.cursor, platform.work restart identity',
  );
  const handler = on(happened, async ({ tx }, { key, seq }) => {
    await sql`insert into bench.effect (key, seq) values (${key}, ${seq})`.execute(tx);
  });
  const consumers = [{ name: CONSUMER, subscriptions: [handler] }];
  const delivery = bus.createDelivery({ pool, units, nodeId: newId(), log, telemetry: someTelemetry(), consumers });
  await delivery.registerConsumers();
  await pool.query(
    `insert into platform.event (id, type, key, origin, body)
     select gen_random_uuid(), $1, 'k' || n % $2, '{"requestId":"","traceparent":null}',
       jsonb_build_object('key', 'k' || n % $2, 'seq', n / $2)
     from generate_series(0, $3::int - 1) n`,
    [happened.type, keyCount, EVENTS],
  );
  await pool.query('analyze platform.event');
  const before = process.cpuUsage();
  const startedAt = performance.now();
  delivery.start();
  while ((await countEffects(pool)) < EVENTS) await sleep(LOOK_MS);
  const tookMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  await delivery.stop();
  await requireOrder(pool);
  return { perSecond: (EVENTS / tookMs) * 1000, cpuMillis: (user + system) / 1000 / EVENTS };
}

async function countEffects(pool: Database['pool']): Promise<number> {
  const { rows } = await pool.query<{ last: number }>('select coalesce(max(place), 0)::int as last from bench.effect');
  return rows[0]?.last ?? 0;
}

/** Every effect once, and in order within its key. */
async function requireOrder(pool: Database['pool']): Promise<void> {
  const { rows } = await pool.query<{ effects: number; breaks: number }>(
    `select count(*)::int as effects, count(*) filter (where seq <> n - 1)::int as breaks
     from (select seq, row_number() over (partition by key order by place) as n from bench.effect) x`,
  );
  const { effects, breaks } = rows[0] ?? {};
  if (effects !== EVENTS || breaks !== 0) throw new Error(`${effects} effects, ${breaks} out of order`);
}
