import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from './turns.ts';

test('calls beyond the bound wait, and each runs, also after one that failed', async () => {
  const inTurn = createTurns(2);
  const ended: number[] = [];
  let [running, peak] = [0, 0];

  const calls = await Promise.allSettled(
    Array.from({ length: 6 }, (_, at) =>
      inTurn(async () => {
        peak = Math.max(peak, ++running);
        await new Promise(setImmediate);
        running--;
        if (at === 1) throw new Error('failed');
        ended.push(at);
      }),
    ),
  );

  assert.deepEqual([peak, ended], [2, [0, 2, 3, 4, 5]]);
  assert.equal(calls.filter(({ status }) => status === 'rejected').length, 1);
});
