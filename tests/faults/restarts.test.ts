import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openRabbit } from '#platform/events/rabbitmq/open.ts';
import { createLog } from '#platform/log/pino.ts';
import { openPlatform } from '#platform/open.ts';
import { startServer, temporaryDataDir } from '../story/server.ts';
import { request } from '../story/telling.ts';
import { call, createWorld, setUp, signInAdmin } from '../story/world.ts';
import { assertResumed, createLoad, resumes } from './load.ts';
import { startHolder } from './process.ts';
import { startServers } from './outside.ts';
import { countEffects, createEffects, isLong, openNode, outOfOrder, RESUMES_MS, until } from './stage.ts';

const SERVERS = ['redis', 'clamav', 's3', 'rabbitmq', 'postgres'] as const;
const LEASE_MS = 2000; // short, so that items that were claimed when the database stopped are claimed again soon
const AWAY_MS = isLong ? 5000 : 500;
const BROKER_AWAY_MS = isLong ? 60_000 : 2000;
const CLIENTS = 2;
const bytes = () => Readable.from([Buffer.from('hello')]);
const skip = process.env['TEST_S3_ENDPOINT'] ? false : 'the variables of scripts/services are not set';

test(
  'after each real server is stopped and started under load, everything continues, and nothing is lost, doubled or out of order',
  { timeout: 300_000 + BROKER_AWAY_MS, skip },
  async (t) => {
    const closing: (() => Promise<unknown>)[] = [];
    const servers = await startServers(t, SERVERS);
    t.after(async () => {
      for (const close of closing.toReversed()) await close();
    });
    const { environment } = servers;
    const { dataDir, remove } = temporaryDataDir();
    closing.push(remove);
    const server = startServer(dataDir, environment);
    closing.push(server.kill);
    const world = Object.assign(createWorld(), await server.started);
    await setUp(world);
    const admin = await signInAdmin(world);
    const config = loadConfig(environment);
    const platform = await openPlatform(config, 'command', createLog('silent'));
    closing.push(platform.close);
    const { pool } = platform.database;
    await createEffects(pool);
    // The same prefix as the server: one process relays the events of all.
    const broker = { url: environment.AMQP_URL, prefix: config.amqpPrefix };
    const bus = openRabbit({ ...broker, shards: 4, components: [], log: createLog('silent') });
    const sender = await openNode({ url: environment.DATABASE_URL, bus });
    closing.push(sender.close);
    const options = { url: environment.DATABASE_URL, leaseMs: LEASE_MS, broker };
    for (const worker of await Promise.all([startHolder(t, options), startHolder(t, options)]))
      closing.push(worker.kill);
    const answers = new Map<number, number>();
    const load = createLoad(sender);
    const key = `probe/${newId()}`;
    const uses = {
      redis: () => platform.cache.set(key, 'x', 1000),
      clamav: async () => assert.equal((await platform.scan.scan(bytes())).verdict, 'clean'),
      s3: () => platform.storage.put(key, bytes(), { maxBytes: 100 }),
      rabbitmq: async () => {}, // the events show it
      postgres: async () => assert.equal(await createTodo(), 201),
    };
    const waitedFor = new Set<string>();
    async function isHealthy(): Promise<boolean> {
      const { status, components } = (await request(world.url, 'GET /health')).body;
      for (const each of components ?? []) if (each.status !== 'healthy') waitedFor.add(each.name);
      return status === 'healthy';
    }
    async function createTodo(): Promise<number> {
      const { status } = await call(world, 'POST /todos', { as: admin, body: { description: 'x' } });
      answers.set(status, (answers.get(status) ?? 0) + 1);
      return status;
    }
    await until(isHealthy, 20_000, 'healthy at first');

    const loading = load.run(CLIENTS, async () => void (await createTodo()));
    for (const name of SERVERS) {
      await servers.down(name);
      await sleep(name === 'rabbitmq' ? BROKER_AWAY_MS : AWAY_MS);
      await servers.up(name);
      waitedFor.clear();
      const [healthyMs, usedMs, resumed] = await Promise.all([
        until(isHealthy, 60_000, `healthy after ${name}`),
        until(() => uses[name]().then(() => true), 60_000, `${name} used`),
        resumes(t, [sender]),
      ]);
      const seen = `${name} back: healthy after ${healthyMs} ms (waited for ${[...waitedFor].join(', ')}), used after ${usedMs} ms`;
      t.diagnostic(seen);
      assert.ok(Math.max(healthyMs, usedMs) <= RESUMES_MS, seen);
      assertResumed(resumed);
    }
    load.stop();
    await loading;

    t.diagnostic(`${load.accepted.size} items, ${load.refused.length} refused; ${JSON.stringify([...answers])}`);
    await load.assertKept(t, LEASE_MS, (kind) => countEffects(pool, kind));
    assert.deepEqual(await outOfOrder(pool), []);
    assert.deepEqual(
      [...answers.keys()].filter((status) => status !== 201 && status !== 503),
      [],
    );
  },
);
