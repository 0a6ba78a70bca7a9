import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf } from './memory.ts';

const samplesOf = (mib: (n: number) => number) =>
  Array.from({ length: 300 }, (_, n) => ({ atMs: n * 1000, mib: mib(n) }));

test('memory that goes up and down grows by nothing, one that creeps by what it has crept', () => {
  const sawtooth = growthOf(samplesOf((n) => 200 + (n % 10)));
  const creeping = growthOf(samplesOf((n) => 200 + (n % 10) + n * 0.1));

  assert.ok(Math.abs(sawtooth) < 0.005, `${sawtooth}`);
  assert.ok(Math.abs(creeping - 29.9 / 219.45) < 0.005, `${creeping}`);
});
