import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQuota } from './quota.ts';

test('a count that fails for one request is made again for those that waited for it', async () => {
  const { promise, reject } = Promise.withResolvers<number>();
  const counts = [promise, Promise.resolve(1)];
  const quota = createQuota({ limit: 3, count: () => counts.shift() ?? Promise.resolve(3) });

  const all = ['a', 'b', 'c'].map((row) => quota.within('sara', async () => row));
  reject(new Error('its client has disconnected'));

  const [first, ...others] = await Promise.allSettled(all);
  assert.equal(first?.status, 'rejected');
  assert.deepEqual(
    others.map((outcome) => outcome.status === 'fulfilled' && outcome.value),
    ['b', 'c'],
  );
});

test('a count that is made while rows are being added leaves room for them', async () => {
  let rows = 0;
  const quota = createQuota({ limit: 2, count: async () => rows });
  const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
  const add = () => quota.within('sara', () => committed.then(() => ++rows));

  const adding = [add(), add(), add(), add()];
  assert.equal(await quota.within('sara', async () => ++rows), null);
  commit();

  assert.deepEqual(await Promise.all(adding), [1, 2, null, null]);
});
