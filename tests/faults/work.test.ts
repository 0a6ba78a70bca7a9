import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHolder } from './process.ts';
import { isLong, notOnce, openStage, until } from './stage.ts';

const ITEMS = 10_000;
const LEASE_MS = 30_000;

test('two processes run ten thousand items, each once', { timeout: 120_000 }, async (t) => {
  const { app, node, effects, left } = await openStage(t);
  const sender = await node();
  const refs = Array.from({ length: ITEMS }, (_, index) => `item ${index}`);
  for (let at = 0; at < ITEMS; at += 1000) await sender.enqueue(...refs.slice(at, at + 1000));

  const beganMs = performance.now();
  await Promise.all([1, 2].map(() => startHolder(t, { url: app.databaseUrl, leaseMs: LEASE_MS })));
  await until(async () => (await left()) === 0, isLong ? 110_000 : 60_000, 'all items are done');

  const tookMs = Math.round(performance.now() - beganMs);
  const done = await effects();
  const { rows } = await app.database.pool.query<{ done: number }>(
    'select count(*)::int as done from effect group by node order by 1',
  );
  t.diagnostic(
    `${ITEMS} items in ${tookMs} ms with both starts, by process: ${rows.map((row) => row.done).join(' and ')}`,
  );
  assert.equal(rows.length, 2);
  assert.equal(done.size, ITEMS);
  assert.deepEqual(notOnce(refs, done), []);
});
