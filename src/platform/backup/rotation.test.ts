import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toKeep } from './rotation.ts';

const DAY_MS = 86_400_000;
const daily = (first: string, days: number) =>
  Array.from({ length: days }, (_, day) => {
    const madeAt = new Date(Date.parse(first) + day * DAY_MS);
    return { name: madeAt.toISOString().slice(0, 10), madeAt };
  });

test('of two years of daily backups 7 days, 4 weeks and 12 months are kept, each by its newest', () => {
  const kept = [...toKeep(daily('2025-01-01T02:00:00Z', 731))].toSorted();

  assert.deepEqual(
    kept.slice(-7),
    daily('2026-12-26T02:00:00Z', 7).map(({ name }) => name),
  ); // to Friday
  assert.deepEqual(
    ['2026-12-20', '2026-12-13'].map((name) => kept.includes(name)),
    [true, true],
  );
  assert.deepEqual(
    kept.filter((name) => name < '2026-12-01'),
    [
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
      '2026-06-30',
      '2026-07-31',
      '2026-08-31',
      '2026-09-30',
      '2026-10-31',
      '2026-11-30',
    ],
  );
});

test('after a pause of a year the old backups are still there', () => {
  const old = daily('2025-01-01T02:00:00Z', 7);

  const kept = toKeep([...old, ...daily('2026-06-01T02:00:00Z', 1)]);

  assert.ok(kept.has('2026-06-01') && kept.has('2025-01-07') && kept.has('2025-01-05'));
});
