import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRun, toCronRule } from './rule.ts';

const TEHRAN = 'Asia/Tehran';

test('named rules take their time from the anchor, in the time zone', () => {
  const anchor = new Date('2026-01-31T20:45:00Z'); // 00:15 on Sunday, 1 February in Tehran

  assert.equal(toCronRule('hourly', anchor, TEHRAN), '15 * * * *');
  assert.equal(toCronRule('daily', anchor, TEHRAN), '15 0 * * *');
  assert.equal(toCronRule('weekly', anchor, TEHRAN), '15 0 * * 0');
  assert.equal(toCronRule('monthly', anchor, TEHRAN), '15 0 1 * *');
  assert.equal(toCronRule('monthly', anchor, 'UTC'), '45 20 L * *');
  assert.equal(nextRun('45 20 L * *', 'UTC', anchor)?.toISOString(), '2026-02-28T20:45:00.000Z');
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
