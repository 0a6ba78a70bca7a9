import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHolder } from './process.ts';
import { isLong, notOnce, openStage, until } from './stage.ts';

const LEASE_MS = 1000;
const ITEMS = 2000;
const FREEZES = isLong ? 20 : 2;
const SLACK_MS = 1000; // claimed work continues within its lease and a second

test('a process that is frozen past its lease completes nothing when it wakes', { timeout: 60_000 }, async (t) => {
  const { app, node, effects, left } = await openStage(t);
  const other = await node({ leaseMs: LEASE_MS });
  const holder = await startHolder(t, { url: app.databaseUrl, leaseMs: LEASE_MS, waits: true });
  const claimed = once(holder.child, 'message');
  await other.enqueue('contested');
  await claimed;

  holder.child.kill('SIGSTOP');
  other.background.start();
  const takenOverMs = await until(async () => (await effects()).size === 1, LEASE_MS * 10, 'taken over');
  holder.child.kill('SIGCONT');
  holder.child.send('go on');
  await holder.end();

  const { rows } = await app.database.pool.query('select ref, node from effect');
  t.diagnostic(`taken over ${takenOverMs} ms after the freeze, with a lease of ${LEASE_MS} ms`);
  assert.ok(takenOverMs <= LEASE_MS + SLACK_MS, `${takenOverMs} ms`);
  assert.deepEqual(rows, [{ ref: 'contested', node: other.nodeId }]);
  assert.equal(await left(), 0);
});

test('a node that is frozen repeatedly during its work doubles and loses nothing', bounded(), async (t) => {
  const { app, node, effects, left } = await openStage(t);
  const other = await node({ leaseMs: LEASE_MS, before: () => sleep(5) });
  const holder = await startHolder(t, { url: app.databaseUrl, leaseMs: LEASE_MS });
  const refs: string[] = [];
  async function more(): Promise<void> {
    const fresh = Array.from({ length: ITEMS / FREEZES }, (_, index) => `item ${refs.length + index}`);
    refs.push(...fresh);
    await other.enqueue(...fresh);
  }
  other.background.start();
  for (let freeze = 0; freeze < FREEZES; freeze++) {
    await more();
    await sleep(20 + Math.random() * 200);
    holder.child.kill('SIGSTOP');
    await sleep(LEASE_MS * 1.5);
    holder.child.kill('SIGCONT');
  }

  const tookMs = await until(async () => (await left()) === 0, LEASE_MS * 10, 'everything is done');
  await holder.end();

  const { rows } = await app.database.pool.query<{ count: number }>(
    'select count(*)::int as count from effect where node = $1',
    [holder.nodeId],
  );
  t.diagnostic(`${refs.length} items, ${rows[0]?.count} of them by the frozen one; done ${tookMs} ms after it woke`);
  assert.deepEqual(notOnce(refs, await effects()), []);
  assert.ok(tookMs <= LEASE_MS + SLACK_MS + 5000, `${tookMs} ms`);
});

function bounded() {
  return { timeout: 60_000 + FREEZES * LEASE_MS * 2 };
}
