import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOfWindow, findFault, type SilenceWindow } from './windows.ts';

const window: SilenceWindow = {
  startsAt: '2026-10-20T20:00:00.000Z', // 22:00 in Berlin, where the clocks go back on 25 October
  endsAt: '2026-10-21T00:00:00.000Z',
  repeats: 'daily',
  cronExpression: null,
  timeZone: 'Europe/Berlin',
  repeatsUntil: '2027-03-01T00:00:00.000Z',
};
const endAt = (changes: Partial<SilenceWindow>, at: string) => {
  const end = endOfWindow({ ...window, ...changes }, Date.parse(at));
  return end === 0 ? null : new Date(end).toISOString().slice(0, 16);
};

test('a window comes again by the wall clock of its zone, also over a change of the clock', () => {
  const cron = { repeats: 'cron', cronExpression: '0 22 * * sat#1' } as const;
  const rows: readonly [Partial<SilenceWindow>, string, string | null][] = [
    [{}, '2026-10-20T19:59:59.999Z', null],
    [{}, '2026-10-20T20:00:00.000Z', '2026-10-21T00:00'],
    [{}, '2026-10-21T00:00:00.000Z', null],
    [{}, '2026-10-24T20:30:00.000Z', '2026-10-25T00:00'],
    [{}, '2026-10-26T20:30:00.000Z', null],
    [{}, '2026-10-26T21:30:00.000Z', '2026-10-27T01:00'],
    [{ timeZone: 'UTC' }, '2026-10-26T20:30:00.000Z', '2026-10-27T00:00'],
    [{ repeats: 'weekly' }, '2026-10-26T21:30:00.000Z', null],
    [{ repeats: 'weekly' }, '2026-10-27T21:30:00.000Z', '2026-10-28T01:00'],
    [cron, '2026-10-20T21:00:00.000Z', '2026-10-21T00:00'],
    [cron, '2026-10-21T21:00:00.000Z', null],
    [cron, '2026-11-07T22:00:00.000Z', '2026-11-08T01:00'],
    [cron, '2026-11-14T22:00:00.000Z', null],
    [{ repeatsUntil: '2026-10-26T22:00:00.000Z' }, '2026-10-26T21:30:00.000Z', '2026-10-26T22:00'],
    [{ repeatsUntil: '2026-10-26T22:00:00.000Z' }, '2026-10-26T22:00:00.000Z', null],
    [{ repeats: 'never', repeatsUntil: null }, '2026-10-20T21:00:00.000Z', '2026-10-21T00:00'],
    [{ repeats: 'never', repeatsUntil: null }, '2026-10-21T21:00:00.000Z', null],
  ];

  for (const [changes, at, end] of rows) assert.equal(endAt(changes, at), end, `${JSON.stringify(changes)} at ${at}`);
});

test('windows that cannot come again are refused', () => {
  const rows: readonly [Partial<SilenceWindow>, RegExp | null][] = [
    [{}, null],
    [{ repeats: 'cron', cronExpression: '0 22 * * *' }, null],
    [{ timeZone: 'Berlin' }, /timeZone/],
    [{ repeats: 'cron' }, /cronExpression/],
    [{ cronExpression: '0 22 * * *' }, /cronExpression/],
    [{ repeats: 'cron', cronExpression: '0 25 * * *' }, /cronExpression/],
    [{ repeats: 'cron', cronExpression: '0 */4 * * *' }, /longer than its period/],
    [{ endsAt: '2026-10-21T20:00:00.000Z' }, /longer than its period/],
    [{ repeatsUntil: null }, /repeatsUntil/],
    [{ repeats: 'never' }, /does not repeat/],
  ];

  for (const [changes, fault] of rows) {
    const found = findFault({ ...window, ...changes });
    if (fault === null) assert.equal(found, null);
    else assert.match(found?.en ?? '', fault);
  }
});
