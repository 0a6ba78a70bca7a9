import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toKeep } from './rotation.ts';

const DAY_MS = 86_400_000;
const END = new Date('2030-01-01T00:00:00Z');
const daily = (first: string, days: number) =>
  Array.from({ length: days }, (_, day) => {
    const madeAt = new Date(Date.parse(first) + day * DAY_MS);
    return { name: madeAt.toISOString().slice(0, 10), madeAt };
  });

test('of two years of daily backups 7 days, 4 weeks and 12 months are kept, each by its newest', () => {
  const kept = [...toKeep(daily('2025-01-01T02:00:00Z', 731), END)].toSorted();

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

  const kept = toKeep([...old, ...daily('2026-06-01T02:00:00Z', 1)], END);

  assert.ok(kept.has('2026-06-01') && kept.has('2025-01-07') && kept.has('2025-01-05'));
});

test('at every edge of the calendar and of the clock the newest backup is kept', () => {
  const hourly = (first: string, hours: number) =>
    Array.from({ length: hours }, (_, hour) => new Date(Date.parse(first) + hour * 3_600_000));
  const table: readonly (readonly [why: string, made: readonly Date[], now: string, kept: readonly string[]])[] = [
    ['many in one day', hourly('2026-05-04T00:00:00Z', 24), '2026-05-04T23:30:00Z', ['2026-05-04T23']],
    [
      'a leap day, which is the last of its month',
      [...hourly('2028-02-28T23:00:00Z', 25), ...hourly('2028-03-20T00:00:00Z', 8 * 24)],
      '2028-03-27T23:30:00Z',
      // the 28th and the 29th are of one week
      ['2028-02-29T23', ...Array.from({ length: 7 }, (_, at) => `2028-03-${at + 21}T23`)],
    ],
    [
      'a new year within a week',
      [...hourly('2026-12-28T00:00:00Z', 7 * 24), ...hourly('2027-01-25T00:00:00Z', 7 * 24)],
      '2027-02-01T00:00:00Z',
      ['2026-12-31T23', '2027-01-03T23', ...Array.from({ length: 7 }, (_, at) => `2027-01-${at + 25}T23`)],
    ],
    [
      'a clock that went back over a month',
      [...hourly('2031-01-01T00:00:00Z', 3), ...hourly('2026-05-01T00:00:00Z', 1)],
      '2026-05-01T00:00:00Z',
      ['2026-05-01T00', '2031-01-01T00', '2031-01-01T01', '2031-01-01T02'],
    ],
  ];
  for (const [why, made, now, expected] of table) {
    const backups = made.map((madeAt) => ({ name: madeAt.toISOString().slice(0, 13), madeAt }));

    const kept = [...toKeep(backups, new Date(now))].toSorted();

    assert.deepEqual(kept, expected, why);
  }
});
