import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { postmastersOf, startServer, temporaryDataDir } from '../story/server.ts';
import { call, createWorld, mailTo, PASSWORD } from '../story/world.ts';
import { countEffects, countLeft, createEffects, isLong, notOnce, openNode, RESUMES_MS, until } from './stage.ts';

const LEASE_MS = 2000;
const KILLS = isLong ? 10 : 1;
const ITEMS = 200;
/** By the clock only in the long form, which has the machine to itself; else that it ends. */
const RESTARTS_MS = isLong ? RESUMES_MS : 30_000;
const MAIL_LEASE_MS = 30_000;

test('a server restarts its killed PostgreSQL, and work continues', { timeout: 60_000 + KILLS * 45_000 }, async (t) => {
  const { dataDir, remove } = temporaryDataDir();
  const server = startServer(dataDir, { BONYAN_RATE_LIMIT_PER_MINUTE: '0', BONYAN_MAX_LOOP_DELAY_MS: '0' });
  const closing: (() => Promise<unknown>)[] = [remove, server.kill];
  t.after(async () => {
    for (const close of closing.toReversed()) await close();
  });
  const { url } = await server.started;
  const world = { ...createWorld(), url };
  const embedded = await openEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), mode: 'attach' });
  closing.push(embedded.close);
  const worker = await openNode({ url: embedded.url, leaseMs: LEASE_MS, before: () => sleep(10) });
  closing.push(worker.close);
  const { pool } = worker.database;
  await createEffects(pool);
  worker.background.start();

  const refs: string[] = [];
  const mailed: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const fresh = Array.from({ length: ITEMS }, (_, index) => `item ${kill} ${index}`);
    refs.push(...fresh);
    await worker.enqueue(...fresh);
    await register(`before${kill}@example.com`);
    for (const pid of postmastersOf(dataDir)) process.kill(pid, 'SIGKILL');
    const killedMs = performance.now();
    const sinceKill = () => Math.round(performance.now() - killedMs);
    const during = await call(world, 'POST /users/forgot-password', { body: { email: `before${kill}@example.com` } });
    await until(async () => (await fetch(`${url}/health/ready`)).status === 503, 3000, 'not ready').catch(() => {});
    await until(async () => (await fetch(`${url}/health/ready`)).status === 200, 30_000, 'ready');
    const readyMs = sinceKill();
    const newestMs = await afterReady(kill);
    await until(async () => (await countLeft(pool)) === 0, 30_000, 'all items');
    const allMs = sinceKill();

    t.diagnostic(
      `kill ${kill}: a request in it ${during.status}; ready after ${readyMs} ms, new work ${newestMs} ms later`,
    );
    t.diagnostic(`   all ${ITEMS} items, some of them claimed, ${allMs} ms after the kill`);
    assert.ok(during.status === 202 || during.status === 503, String(during.status));
    assert.ok(readyMs <= RESTARTS_MS, `ready after ${readyMs} ms`);
    assert.ok(newestMs <= RESTARTS_MS, `new work after ${newestMs} ms`);
    assert.ok(allMs <= readyMs + LEASE_MS + 1000 + RESTARTS_MS, `${allMs} ms`);
  }

  const mailsMs = await until(
    async () => (await Promise.all(mailed.map(countWelcomes))).every((count) => count > 0),
    MAIL_LEASE_MS + RESTARTS_MS,
    'all mails',
  );
  t.diagnostic(`mails of all that was accepted ${mailsMs} ms later`);
  assert.deepEqual(notOnce(refs, await countEffects(pool, 'work')), []);
  assert.deepEqual(
    notOnce(mailed, new Map(await Promise.all(mailed.map(async (to) => [to, await countWelcomes(to)] as const)))),
    [],
  );

  async function register(email: string): Promise<void> {
    const { status, body } = await call(world, 'POST /users/register', {
      body: { email, password: PASSWORD, firstName: 'سارا', lastName: 'کریمی' },
    });
    assert.equal(status, 202, JSON.stringify(body));
    mailed.push(email);
  }

  /** Time until a new item is completed, and the work of the server itself. */
  async function afterReady(kill: number): Promise<number> {
    const beganMs = performance.now();
    const ref = `new ${kill}`;
    refs.push(ref);
    await until(async () => worker.enqueue(ref).then(() => true), 30_000, 'enqueued');
    await register(`after${kill}@example.com`);
    await until(async () => (await countEffects(pool, 'work')).get(ref) === 1, 30_000, 'new work');
    await until(async () => (await countWelcomes(`after${kill}@example.com`)) > 0, 30_000, 'new mail');
    return Math.round(performance.now() - beganMs);
  }

  async function countWelcomes(to: string): Promise<number> {
    return (await mailTo(world, to)).filter(({ subject }) => /verification code/.test(subject)).length;
  }
});
