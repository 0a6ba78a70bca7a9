import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { median, percentile } from './compare.ts';
import type { Report, Row } from './report.ts';
import { temporaryFolder } from './servers.ts';
import { openBonyan, openOtherNode } from './work/bonyan.ts';
import { openBullMq } from './others/bullmq.ts';
import type { Contender } from './work/contender.ts';
import { openGraphileWorker } from './others/graphile-worker.ts';
import {
  countIdle,
  drainInTurns,
  drainWhileHeld,
  perSecondOf,
  pickUps,
  toDrainRows,
  watchBegun,
  type Begun,
} from './work/measures.ts';
import { openPgBoss } from './others/pg-boss.ts';
import { findRedis } from './work/redis.ts';

const ITEMS = 5000;
const ROUNDS = 5;
const WARM_UPS = 1;

/** Bonyan and other queues over one PostgreSQL with durability on, in turns; figures are medians. */
export async function work(): Promise<Report> {
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
  const opened = new AsyncDisposableStack();
  cleanup.use(opened);
  const contenders: Contender[] = [];
  for await (const contender of openAll(database.url, begun, folder.path)) {
    contenders.push(contender);
    opened.defer(contender.close);
    console.log(`${contender.name}: ${contender.tuning}`);
  }
  const [bonyan, ...others] = contenders;
  if (!bonyan) throw new Error('nothing to measure');

  const drained = await drainInTurns(contenders, begun, { items: ITEMS, rounds: ROUNDS, warmUps: WARM_UPS });
  await requireHistory(client, contenders);
  const held = await drainWhileHeld(client, bonyan, begun, ITEMS, ROUNDS);
  const waits = new Map<string, number[]>();
  for (const contender of contenders) waits.set(contender.name, await pickUps(contender, contender.add, begun));
  const otherNode = await openOtherNode(database.url);
  opened.defer(otherNode.close);
  const remote = await pickUps(bonyan, otherNode.add, begun);
  await opened.disposeAsync(); // they write from time to time, and only the writes of the idle server should be counted
  const idle = await countIdle(client, database.url, join(folder.path, 'postgres', 'postgres.log'));

  const perSecond = ({ name }: Pick<Contender, 'name'>) => median((drained.get(name) ?? []).map(perSecondOf));
  const local = waits.get(bonyan.name) ?? [];
  const rows: Row[] = [
    ...toDrainRows('drain', 'items/s', drained),
    ...others.flatMap((other) =>
      [50, 95].map((percent) => ({
        measure: `pick-up p${percent}, against ${other.name}`,
        bonyan: percentile(local, percent),
        reference: percentile(waits.get(other.name) ?? [], percent),
        unit: 'ms',
      })),
    ),
  ];
  rows.push({ measure: 'pick-up p50, added by another node', bonyan: percentile(remote, 50), unit: 'ms' });
  rows.push({ measure: 'pick-up p95, added by another node', bonyan: percentile(remote, 95), unit: 'ms' });
  rows.push({ measure: 'drain, a transaction held open', bonyan: held, reference: perSecond(bonyan), unit: 'items/s' });
  rows.push({ measure: 'idle: queries', bonyan: idle.queriesPerSecond, unit: '/s' });
  rows.push({ measure: 'idle: writes', bonyan: idle.writesPer10Seconds, unit: '/10 s' });

  const against = (name: string) => perSecond(bonyan) / perSecond({ name });
  return {
    rows,
    bounds: [
      { what: 'drain against pg-boss (goal 3)', actual: against('pg-boss'), atLeast: 2, unit: '×' },
      { what: 'drain against graphile-worker (goal 1)', actual: against('graphile-worker'), atLeast: 0.8, unit: '×' },
      { what: 'drain while a transaction is held open', actual: held / perSecond(bonyan), atLeast: 0.9, unit: '×' },
      { what: 'pick-up p95', actual: percentile(local, 95), atMost: 10, unit: 'ms' },
      { what: 'pick-up p95, added by another node', actual: percentile(remote, 95), atMost: 10, unit: 'ms' },
      { what: 'idle: queries of a node', actual: idle.queriesPerSecond, atMost: 1, unit: '/s' },
      { what: 'idle: writes of a node', actual: idle.writesPer10Seconds, atMost: 1, unit: '/10 s' },
    ],
  };
}

async function* openAll(url: string, begun: Begun, folder: string): AsyncGenerator<Contender> {
  const needs = { url, onBegun: begun.note };
  yield await openBonyan(needs);
  yield await openPgBoss(needs);
  yield await openGraphileWorker(needs);
  const redisFolder = join(folder, 'redis');
  mkdirSync(redisFolder);
  const redis = await findRedis(redisFolder);
  if (!redis)
    return console.log('bullmq is left out: there is no Redis (set TEST_REDIS_URL, or put redis-server in the path)');
  const bullMq = await openBullMq(needs, redis.url);
  const close = async () => {
    await bullMq.close();
    await redis.stop();
  };
  yield { ...bullMq, close };
}

/** @throws when a contender wrote too few or too many history rows: then its figures are not comparable. */
async function requireHistory(client: pg.Client, contenders: readonly Contender[]): Promise<void> {
  const { rows } = await client.query('select contender, count(*)::int as runs from bench.history group by 1');
  for (const { name } of contenders) {
    const runs = rows.find(({ contender }) => contender === name)?.runs;
    if (runs !== ITEMS * (ROUNDS + WARM_UPS)) throw new Error(`${name} wrote ${runs} history rows`);
  }
}
