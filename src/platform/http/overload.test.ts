import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOverloadRule } from './overload.ts';

const LIMIT_MS = 1000;

for (const [title, delays, expected] of [
  ['nothing measured yet', [], false],
  ['a start that blocked the event loop for 5 s', [5000], false],
  ['a start that blocked it, then nothing unusual', [5000, 2], false],
  ['one long task after another, with time between', [1500, 3, 1500, 3], false],
  ['a sample without a measurement', [Number.NaN, Number.NaN], false],
  ['exactly the limit, for long', [1000, 1000, 1000], false],
  ['two samples in a row above the limit', [1001, 1001], true],
  ['the same with a sample without a measurement between', [1001, Number.NaN, 1001], true],
  ['as long as it lasts', [1500, 1500, 1500, 1500], true],
  ['until the first sample that is in time', [1500, 1500, 1500, 4], false],
] as const) {
  test(`only a lasting delay is overload: ${title}`, () => {
    const rule = createOverloadRule(LIMIT_MS);
    for (const delay of delays) rule.add(delay);
    assert.equal(rule.isOverloaded(), expected);
  });
}
