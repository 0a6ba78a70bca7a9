import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietUntil } from './quiet-hours.ts';

const berlin = { timeZone: 'Europe/Berlin', from: '22:00', to: '07:00' };
const until = (hours: Parameters<typeof quietUntil>[0], now: string) =>
  quietUntil(hours, new Date(now))?.toISOString().replace(':00.000Z', 'Z') ?? null;

test('quiet hours over midnight last from evening to morning, in local time', () => {
  assert.equal(until(berlin, '2026-11-23T20:59:59Z'), null);
  assert.equal(until(berlin, '2026-11-23T21:00:00Z'), '2026-11-24T06:00Z');
  assert.equal(until(berlin, '2026-11-24T05:59:59Z'), '2026-11-24T06:00Z');
  assert.equal(until(berlin, '2026-11-24T06:00:00Z'), null);
});

test('quiet hours in a night when the clocks change end at their local time', () => {
  assert.equal(until(berlin, '2026-03-28T22:00:00Z'), '2026-03-29T05:00Z');
  assert.equal(until(berlin, '2026-10-24T22:00:00Z'), '2026-10-25T06:00Z');
  const tehran = { timeZone: 'Asia/Tehran', from: '23:30', to: '08:00' };
  assert.equal(until(tehran, '2021-03-21T21:00:00Z'), '2021-03-22T03:30Z');
  assert.equal(until(tehran, '2021-09-21T20:10:00Z'), '2021-09-22T04:30Z', 'the second 23:40 of that evening');
});

test('a local end time that is skipped is the next instant that exists, and one that occurs twice is the first', () => {
  assert.equal(until({ ...berlin, to: '02:30' }, '2026-03-29T00:30:00Z'), '2026-03-29T01:00Z');
  assert.equal(until({ ...berlin, to: '02:30' }, '2026-10-25T00:10:00Z'), '2026-10-25T00:30Z');
  assert.equal(until({ ...berlin, to: '02:30' }, '2026-10-25T01:10:00Z'), null, 'the second 02:10 comes after it');
});

test('quiet hours within one day apply on that day, and equal times mean none', () => {
  assert.equal(until({ ...berlin, from: '12:00', to: '13:00' }, '2026-11-23T11:30:00Z'), '2026-11-23T12:00Z');
  assert.equal(until({ ...berlin, from: '12:00', to: '13:00' }, '2026-11-23T12:00:00Z'), null);
  assert.equal(until({ ...berlin, from: '12:00', to: '12:00' }, '2026-11-23T11:00:00Z'), null);
});
