import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { todoPermissions } from '#modules/todos/contract.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { openPlatform } from '#platform/open.ts';
import { createBroker } from './broker.ts';
import { isLong, notOnce, openStage, RESUMES_MS, SECRET, until } from './stage.ts';
import { openProxy } from './proxy.ts';

const {
  TEST_REDIS_URL: redisUrl = '',
  TEST_S3_ENDPOINT: s3Endpoint = '',
  TEST_CLAMAV_URL: clamavUrl = '',
  TEST_AMQP_URL: amqpUrl = '',
  TEST_S3_REGION: region = '',
  TEST_S3_BUCKET: bucket = '',
  TEST_S3_ACCESS_KEY_ID: accessKeyId = '',
  TEST_S3_SECRET_ACCESS_KEY: secretAccessKey = '',
} = process.env;
const { read, write } = todoPermissions;
const AWAY_MS = isLong ? 60_000 : 10_000;
const SHORT_AWAY_MS = isLong ? 10_000 : 1000;
const bytes = () => Readable.from([Buffer.from('hello')]);

const needs = { redisUrl, s3Endpoint, clamavUrl };
const skip = Object.values(needs).every((url) => url) ? false : 'the variables of Redis, S3 and ClamAV are not all set';

for (const how of isLong ? (['refuses', 'is silent'] as const) : (['refuses'] as const)) {
  test(
    `while Redis, S3 or ClamAV ${how}, health reports it and everything else works`,
    { timeout: 120_000, skip },
    async (t) => {
      const proxies = {
        cache: await openProxyTo(t, redisUrl),
        storage: await openProxyTo(t, s3Endpoint),
        scan: await openProxyTo(t, clamavUrl),
      };
      const environment = {
        REDIS_URL: proxies.cache.url,
        S3_ENDPOINT: proxies.storage.url,
        S3_REGION: region,
        S3_BUCKET: bucket,
        S3_ACCESS_KEY_ID: accessKeyId,
        S3_SECRET_ACCESS_KEY: secretAccessKey,
        CLAMAV_URL: proxies.scan.url,
        BONYAN_RATE_LIMIT_PER_MINUTE: '100000',
      };
      const { app, node, effects, closing } = await openStage(t, environment);
      const config = loadConfig({ DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, ...environment });
      const platform = await openPlatform(config, 'command', createLog('silent'));
      closing.push(platform.close);
      const worker = await node();
      worker.background.start();
      const sara = app.signIn(read, write);
      const key = `probe/${randomBytes(6).toString('hex')}`;
      await platform.storage.put(key, bytes(), { maxBytes: 100 });
      const uses = {
        cache: async () => void (await sara.get('/todos')), // counted for the rate limit
        storage: async () => assert.ok(await platform.storage.head(key)),
        scan: async () => assert.equal((await platform.scan.scan(bytes())).verdict, 'clean'),
      };
      await until(async () => (await app.health.report()).status === 'healthy', 10_000, 'healthy before');

      for (const name of ['cache', 'storage', 'scan'] as const) {
        const proxy = proxies[name];
        if (how === 'refuses') await proxy.cut();
        else proxy.swallow();
        const saidMs = await until(async () => (await unwell(app)).includes(name), 10_000, `${name} is reported`);
        const slowest = await useAll(name);
        if (how === 'refuses') await proxy.restore();
        else proxy.heal();
        const beganMs = performance.now();
        const [wellMs, usedMs] = await Promise.all([
          until(async () => (await app.health.report()).status === 'healthy', 30_000, `${name} healthy`),
          until(async () => uses[name]().then(() => true), 30_000, `${name} used`),
        ]);
        t.diagnostic(
          `${name}: reported after ${saidMs} ms, other requests answered in ${slowest} ms at most; back: health ${wellMs} ms, use ${usedMs} ms`,
        );
        assert.ok(performance.now() - beganMs <= RESUMES_MS + 500, `${name}: ${wellMs} ms, ${usedMs} ms`);
      }
      await platform.storage.delete(key);

      async function useAll(away: keyof typeof uses): Promise<number> {
        let slowestMs = 0;
        const endsAt = Date.now() + SHORT_AWAY_MS;
        for (let round = 0; Date.now() < endsAt; round++) {
          const beganMs = performance.now();
          const { status } = await sara.post('/todos', { description: 'x' });
          slowestMs = Math.max(slowestMs, Math.round(performance.now() - beganMs));
          assert.equal(status, 201);
          for (const [name, use] of Object.entries(uses)) if (name !== away) await use();
          const ref = `${away} ${round}`;
          await worker.enqueue(ref);
          await until(async () => (await effects()).get(ref) === 1, RESUMES_MS, 'work meanwhile');
          assert.equal((await app.http.inject('/health/ready')).statusCode, 200);
        }
        return slowestMs;
      }
    },
  );
}

test('events wait while the broker does not answer, and arrive once each when it does', bounded(), async (t) => {
  const proxy = await openProxyTo(t, amqpUrl);
  const { node, effects } = await openStage(t);
  const { newBus, components } = createBroker(t, amqpUrl, proxy.url);
  const [one, two] = [await node({ bus: newBus() }), await node({ bus: newBus() })];
  const nodes = [one, two];
  for (const each of nodes) each.background.start();
  const published: string[] = [];
  const workRefs: string[] = [];
  async function publish(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const seq = published.length;
      published.push(`k${seq % 8} ${seq}`);
      workRefs.push(`item ${seq}`);
      const sender = nodes[seq % 2] ?? one;
      await sender.publish(`k${seq % 8}`, seq);
      await sender.enqueue(`item ${seq}`);
    }
  }
  const haveArrived = async () => notOnce(published, await effects('event')).length === 0;
  await publish(50);
  await until(haveArrived, 30_000, 'events before');

  await proxy.cut();
  const endsAt = Date.now() + AWAY_MS;
  while (Date.now() < endsAt) {
    await publish(10);
    await sleep(50);
  }
  const waiting = notOnce(published, await effects('event')).length;
  const workLate = await until(
    async () => notOnce(workRefs, await effects('work')).length === 0,
    RESUMES_MS,
    'work meanwhile',
  );
  await assert.rejects(async () => await components[0]?.probe());
  await proxy.restore();
  const beganMs = performance.now();
  const before = (await effects('event')).size;
  await publish(1);
  const goesOn = async () => (await effects('event')).size > before;
  const firstMs = await until(goesOn, 60_000, 'the first waiting event');
  await until(haveArrived, 120_000, 'all events');
  const allMs = Math.round(performance.now() - beganMs);

  t.diagnostic(`away for ${AWAY_MS} ms: ${waiting} of ${published.length} events waited, work was ${workLate} ms late`);
  t.diagnostic(`back: the first after ${firstMs} ms, all and a new one after ${allMs} ms`);
  assert.ok(firstMs <= RESUMES_MS, `${firstMs} ms`);
  const events = await effects('event');
  assert.deepEqual(notOnce(published, events), []);
  await components[0]?.probe();
});

function bounded() {
  return { timeout: 120_000 + AWAY_MS, skip: amqpUrl ? false : 'TEST_AMQP_URL is not set' };
}

async function unwell(app: {
  health: { report(): Promise<{ components: readonly { name: string; status: string }[] }> };
}) {
  const { components } = await app.health.report();
  return components.filter(({ status }) => status !== 'healthy').map(({ name }) => name);
}

async function openProxyTo(t: TestContext, address: string) {
  const url = new URL(address);
  const proxy = await openProxy(t, { host: url.hostname, port: Number(url.port) });
  const through = address.replace(url.host, `127.0.0.1:${proxy.port}`);
  return { ...proxy, url: through };
}
