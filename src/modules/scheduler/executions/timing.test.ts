import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextOccurrence, previousOccurrence, type Timing } from './timing.ts';

const ZONES = ['America/New_York', 'Europe/Berlin', 'Africa/Cairo', 'Pacific/Apia', 'Asia/Tehran', 'UTC'];
const RULES = ['*/7 * * * *', '30 6 * * sat-wed', '0 0 L * *', '15 2 * * *', '30 2 1-7 * 1', '0 9 * * 5#2', '0 0 29 2 *', '10 * * * * *']; // prettier-ignore

const cron = fc.record({
  type: fc.constant('cron' as const),
  cronExpression: fc.constantFrom(...RULES),
  every: fc.constant(null),
  unit: fc.constant(null),
});
const interval = fc.record({
  type: fc.constant('interval' as const),
  cronExpression: fc.constant(null),
  every: fc.integer({ min: 1, max: 40 }),
  unit: fc.constantFrom('seconds' as const, 'days' as const, 'weeks' as const, 'months' as const),
});
const timing: fc.Arbitrary<Timing> = fc
  .tuple(fc.oneof(cron, interval), fc.constantFrom(...ZONES), fc.constantFrom('first', 'last', 'both', null))
  .map(([rule, timeZone, fold]) => ({
    ...rule,
    timeZone,
    gap: null,
    fold,
    oneTimeAtUtc: null,
    startAtUtc: null,
    endAtUtc: null,
    anchorAtUtc: '2000-01-01T00:00:00.000Z',
    holidays: [],
  }));
const instant = fc.integer({ min: Date.parse('2001-01-01T00:00Z'), max: Date.parse('2090-01-01T00:00Z') });

test('the occurrence before an instant is the last one: the next after it is not before the instant', () => {
  fc.assert(
    fc.property(timing, instant, (rule, at) => {
      const previous = previousOccurrence(rule, at);
      if (previous === null) return assert.ok((nextOccurrence(rule, at - 86_400_000) ?? at) >= at);
      assert.ok(previous < at);
      assert.equal(nextOccurrence(rule, previous - 1), previous);
      assert.ok((nextOccurrence(rule, previous) ?? at) >= at);
    }),
    { numRuns: 2000 },
  );
});

test('the occurrence before the next one is not later than the instant', () => {
  fc.assert(
    fc.property(timing, instant, (rule, at) => {
      const next = nextOccurrence(rule, at);
      const previous = next === null ? null : previousOccurrence(rule, next);
      assert.ok(previous === null || previous <= at);
    }),
    { numRuns: 2000 },
  );
});

test('with a begin and an end, no occurrence lies outside of them', () => {
  fc.assert(
    fc.property(timing, instant, fc.integer({ min: 1, max: 400 * 86_400_000 }), instant, (rule, start, length, at) => {
      const [startAtUtc, endAtUtc] = [start, start + length].map((ms) => new Date(ms).toISOString());
      const next = nextOccurrence({ ...rule, startAtUtc: startAtUtc ?? null, endAtUtc: endAtUtc ?? null }, at);
      assert.ok(next === null || (next > at && next >= start && next < start + length));
    }),
    { numRuns: 2000 },
  );
});
