import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTimeZone, nextInstant, toCronRule } from './recurrence.ts';

const BERLIN = 'Europe/Berlin';
const TEHRAN = 'Asia/Tehran';

/** The next instants of a rule, one after another. */
function runs(rule: string, timeZone: string, after: string, count: number): string[] {
  const found: string[] = [];
  for (let at: Date | null = new Date(after); found.length < count;) {
    at = nextInstant(rule, timeZone, at);
    if (at === null) break;
    found.push(at.toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

test('a daily rule keeps its local time when summer time begins and ends', () => {
  assert.deepEqual(runs('0 9 * * *', BERLIN, '2026-03-28T00:00:00Z', 2), ['2026-03-28T08:00Z', '2026-03-29T07:00Z']);
  assert.deepEqual(runs('0 9 * * *', BERLIN, '2026-10-24T00:00:00Z', 2), ['2026-10-24T07:00Z', '2026-10-25T08:00Z']);
});

test('a time that a change of the clock skips runs at the next instant that exists, and at its normal time on the next day', () => {
  assert.deepEqual(runs('30 2 * * *', BERLIN, '2026-03-28T02:00:00Z', 2), ['2026-03-29T01:00Z', '2026-03-30T00:30Z']);
  // Until 2022 the clocks of Tehran went from 00:00 to 01:00.
  assert.deepEqual(runs('15 0 * * *', TEHRAN, '2021-03-21T00:00:00Z', 2), ['2021-03-21T20:30Z', '2021-03-22T19:45Z']);
});

test('several times that are skipped by one change of the clock run once', () => {
  assert.deepEqual(runs('*/30 * * * *', BERLIN, '2026-03-29T00:20:00Z', 3), [
    '2026-03-29T00:30Z',
    '2026-03-29T01:00Z',
    '2026-03-29T01:30Z',
  ]);
});

test('a time that occurs twice on one day runs once, the first time', () => {
  assert.deepEqual(runs('30 2 * * *', BERLIN, '2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
  assert.deepEqual(runs('30 23 * * *', TEHRAN, '2021-09-21T00:00:00Z', 2), ['2021-09-21T19:00Z', '2021-09-22T20:00Z']);
});

test('during the second occurrence of an hour, the next run is after that hour', () => {
  assert.deepEqual(runs('*/15 * * * *', BERLIN, '2026-10-25T01:10:00Z', 1), ['2026-10-25T02:00Z']);
});

test('Tehran has had no summer time since 2022', () => {
  assert.deepEqual(runs('0 0 * * *', TEHRAN, '2026-03-21T12:00:00Z', 2), ['2026-03-21T20:30Z', '2026-03-22T20:30Z']);
});

test('named rules take their time from the anchor, in the time zone', () => {
  const anchor = new Date('2026-01-31T20:45:00Z'); // 00:15 on Sunday, 1 February in Tehran

  assert.equal(toCronRule('hourly', anchor, TEHRAN), '15 * * * *');
  assert.equal(toCronRule('daily', anchor, TEHRAN), '15 0 * * *');
  assert.equal(toCronRule('weekly', anchor, TEHRAN), '15 0 * * 0');
  assert.equal(toCronRule('monthly', anchor, TEHRAN), '15 0 1 * *');
  assert.equal(toCronRule('monthly', anchor, 'UTC'), '45 20 L * *');
  assert.deepEqual(runs('45 20 L * *', 'UTC', '2026-01-31T21:00:00Z', 2), ['2026-02-28T20:45Z', '2026-03-31T20:45Z']);
});

test('an invalid rule, or one that never runs, is refused', () => {
  const anchor = new Date('2026-01-01T00:00:00Z');
  for (const text of [
    '',
    'yearly',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 0 30 2 *',
    '@daily',
    'constructor',
    '? ? ? ? ?',
    '1 2 3 4 x',
  ])
    assert.equal(toCronRule(text, anchor, 'UTC'), null, text);
});

test('with day of month and day of week either is enough, and a leap day is found', () => {
  assert.deepEqual(runs('0 0 13 * 5', 'UTC', '2026-11-12T00:00:00Z', 2), ['2026-11-13T00:00Z', '2026-11-20T00:00Z']);
  assert.deepEqual(runs('0 0 29 2 *', 'UTC', '2026-11-12T00:00:00Z', 1), ['2028-02-29T00:00Z']);
});

test('only time zones that the runtime knows are accepted', () => {
  const known = ['Asia/Tehran', 'UTC', 'asia/tehran'];
  const unknown = ['Europe/Nowhere', '+03:30', '', '../etc', 'IST', 'PST', 'US/Pacific-New'];

  assert.deepEqual([...known, ...unknown].filter(isTimeZone), known);
});
