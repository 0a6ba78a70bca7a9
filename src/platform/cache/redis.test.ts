import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '#platform/health/port.ts';
import { supervise } from '#platform/resilience/supervise.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { cacheConformance } from '#testing/conformance/cache.ts';
import { createFallbackCache } from './fallback.ts';
import { lacksRedis, startRedis } from '#testing/servers/redis.ts';
import { createMemoryCache } from './memory.ts';
import { openRedisCache, redisPolicy } from './redis.ts';

const { TEST_REDIS_URL: url } = process.env;

async function open(t: TestContext, at: string) {
  const { driver, close } = await openRedisCache(at, `test:${randomBytes(6).toString('hex')}:`);
  t.after(close);
  return { cache: driver.port, pass: (ms: number) => sleep(ms), driver };
}

async function openGuarded(t: TestContext, at: string) {
  const { driver } = await open(t, at);
  const components: Component[] = [];
  const cache = createFallbackCache(supervise(driver, redisPolicy, components), createMemoryCache());
  return { cache, probe: () => driver.probe(), components };
}

if (url) {
  cacheConformance('Redis', (t) => open(t, url));
  cacheConformance('Redis with memory behind it', async (t) => ({
    ...(await openGuarded(t, url)),
    pass: (ms) => sleep(ms),
  }));
}

async function untilHealthy(probe: () => Promise<void>): Promise<void> {
  while (
    await probe().then(
      () => false,
      () => true,
    )
  )
    await sleep(20);
}

test('while Redis is unreachable, calls cost no time, values are lost, and counts continue', async (t) => {
  const { cache, probe } = await openGuarded(t, 'redis://127.0.0.1:9');
  const startMs = performance.now();

  await cache.set('greeting', 'hello', 1000);
  const counts = [await cache.increment('sara', 1000), await cache.increment('sara', 1000)];

  assert.equal(await cache.get('greeting'), null);
  assert.deepEqual(
    counts.map(({ count }) => count),
    [1, 2],
  );
  assert.ok(performance.now() - startMs < 500);
  await assert.rejects(cache.delete('greeting'));
  await assert.rejects(probe(), /ECONNREFUSED/);
});

test(
  'counts continue from the shared ones when Redis fails, and stay when it comes back empty',
  {
    skip: lacksRedis,
  },
  async (t) => {
    const redis = await startRedis(t);
    const { cache, probe } = await openGuarded(t, redis.url);
    const count = async () => (await cache.increment('sara', 60_000)).count;

    const before = [await count(), await count()];
    await redis.stop();
    const away = [await count(), await count()];
    await redis.start();
    await untilHealthy(probe);
    const after = [await count(), await count()];

    assert.deepEqual(
      [before, away, after],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    );
  },
);

test(
  'calls wait 250 ms for a Redis that hangs, and only the first few calls wait',
  {
    skip: lacksRedis,
  },
  async (t) => {
    const redis = await startRedis(t);
    const { cache } = await openGuarded(t, redis.url);
    await cache.increment('sara', 60_000);
    redis.freeze();
    const startMs = performance.now();

    let last = { count: 0 };
    for (let call = 1; call <= 50; call++) last = await cache.increment('sara', 60_000);

    assert.equal(last.count, 51);
    assert.ok(performance.now() - startMs < 250 * redisPolicy.breakAfter + 1000);
  },
);

test(
  'the rate limit is shared by the nodes, and is kept while Redis is unreachable and after it is back',
  {
    skip: lacksRedis,
  },
  async (t) => {
    const redis = await startRedis(t);
    const environment = { REDIS_URL: redis.url, BONYAN_RATE_LIMIT_PER_MINUTE: '4' };
    const [one, other] = [await testApp(t, { environment }), await testApp(t, { environment })];
    const ask = async (app: TestApp) => (await app.anonymous.get('/setup')).status;

    const shared = [await ask(one), await ask(other), await ask(one)];
    await redis.stop();
    const away = [await ask(one), await ask(one)];
    const health = await one.health.report();
    await redis.start();
    await untilHealthy(async () => assert.equal((await one.health.report()).status, 'healthy'));
    const back = [await ask(one), await ask(one)];

    assert.deepEqual(
      [shared, away, back],
      [
        [200, 200, 200],
        [200, 429],
        [429, 429],
      ],
    );
    assert.equal(health.status, 'degraded');
    assert.equal(await one.health.isReady(), true);
  },
);

test('the start does not wait for an unreachable Redis', async (t) => {
  const app = await testApp(t, { environment: { REDIS_URL: 'redis://127.0.0.1:9' } });

  const { status, components } = await app.health.report();

  assert.equal(status, 'degraded');
  assert.equal(components.find(({ name }) => name === 'cache')?.status, 'unhealthy');
  assert.equal((await app.anonymous.get('/setup')).status, 200);
});
