import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLong, notOnce, openStage, until } from './stage.ts';

const ITEMS = 10_000;

test('two nodes do ten thousand items once each and leave none', { timeout: 120_000 }, async (t) => {
  const { node, effects, left } = await openStage(t);
  const [one, two] = [await node(), await node()];
  const refs = Array.from({ length: ITEMS }, (_, index) => `item ${index}`);
  for (let at = 0; at < ITEMS; at += 1000) await one.enqueue(...refs.slice(at, at + 1000));

  one.background.start();
  two.background.start();
  const tookMs = await until(async () => (await left()) === 0, isLong ? 110_000 : 60_000, 'all items are done');

  const done = await effects();
  t.diagnostic(`${ITEMS} items in ${tookMs} ms`);
  assert.equal(done.size, ITEMS);
  assert.deepEqual(notOnce(refs, done), []);
});
