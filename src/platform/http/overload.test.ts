import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createOverloadRule, watchEventLoop } from './overload.ts';

const LIMIT_MS = 1000;

for (const [title, delays, expected] of [
  ['nothing measured yet', [], false],
  ['a start that blocked the event loop for 5 s', [5000], false],
  ['a start that blocked it, then nothing unusual', [5000, 2], false],
  ['one long task after another, with time between', [1500, 3, 1500, 3], false],
  ['exactly the limit, for long', [1000, 1000, 1000], false],
  ['two samples in a row above the limit', [1001, 1001], true],
  ['as long as it lasts', [1500, 1500, 1500, 1500], true],
  ['until the first sample that is in time', [1500, 1500, 1500, 4], false],
] as const) {
  test(`only a lasting delay is overload: ${title}`, () => {
    const rule = createOverloadRule(LIMIT_MS);
    for (const delay of delays) rule.add(delay);
    assert.equal(rule.isOverloaded(), expected);
  });
}

test('an event loop of which every turn takes longer than a sample is overloaded', async (t) => {
  const eventLoop = watchEventLoop(100);
  t.after(eventLoop.stop);

  const startedOverloaded = eventLoop.isOverloaded();
  for (let turn = 0; turn < 4; turn++) {
    const endsMs = performance.now() + 600;
    while (performance.now() < endsMs);
    await setImmediate();
  }

  assert.deepEqual([startedOverloaded, eventLoop.isOverloaded()], [false, true]);
});
