import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleRow } from '../tables.ts';
import { BUCKET_MS, compileRule, type MatchCount } from './matching.ts';
import { findOpenings } from './openings.ts';

const RULE: RuleRow = {
  id: 'r', name: 'r', isEnabled: true, kind: 'threshold', minimumLevel: 1, containsText: null, service: null, module: null,
  windowSeconds: 60, thresholdCount: 5, ratePercent: null, groupBy: null, cooldownSeconds: 0, autoResolveSeconds: 60,
  severity: 'low', action: 'none', since: '', createdAt: '', updatedAt: '', version: 1,
}; // prettier-ignore
const SECOND_MS = 1000;

/** Each: at which second, how many matched, of how many, and of which group. */
function openingsOf(rule: Partial<RuleRow>, counted: readonly (readonly [number, number, number, string?])[]) {
  const whole = { ...RULE, ...rule };
  const compiled = compileRule(whole);
  const counts = counted.map(
    ([second, matched, total, groupValue = '']): MatchCount => ({
      compiled, groupValue, bucketMs: second * SECOND_MS, matched, total, services: new Set<string>(),
    }), // prettier-ignore
  );
  const range = { fromMs: 0, toMs: 300 * SECOND_MS };
  return findOpenings(whole, counts, range).map(({ groupValue, at, count }) => [
    groupValue,
    Date.parse(at) / SECOND_MS,
    count,
  ]);
}

test('a threshold opens where its window has enough, once for each group', () => {
  const counted = [
    [0, 4, 4], [60, 4, 4], [110, 1, 1], [120, 9, 9], [200, 5, 5, 'b'], [10, 4, 4, 'c'],
  ] as const; // prettier-ignore

  assert.deepEqual(openingsOf({}, counted), [
    ['', 110, 5],
    ['b', 200, 5],
  ]);
});

test('a rate opens where enough of all events match, also because others have left the window', () => {
  const rate = { kind: 'rate', ratePercent: 50 } as const;

  assert.deepEqual(openingsOf(rate, [[0, 5, 20]]), []);
  assert.deepEqual(openingsOf(rate, [[0, 5, 20], [10, 15, 15]]), [['', 10, 20]]); // prettier-ignore
  assert.deepEqual(openingsOf(rate, [[0, 0, 20], [50, 5, 6]]), [['', 60, 5]]); // prettier-ignore
});

test('an absence opens where nothing matched for longer than its window', () => {
  const absence = { kind: 'absence' } as const;
  const steady = Array.from({ length: 30 }, (_, n) => [n * 10, 1, 1] as const);

  assert.deepEqual(openingsOf(absence, []), [['', 60, 0]]);
  assert.deepEqual(openingsOf(absence, steady), []);
  assert.deepEqual(openingsOf(absence, steady.slice(0, 21)), [['', 260, 0]]);
  assert.deepEqual(openingsOf(absence, steady.toSpliced(10, 7)), [['', 150, 0]]);
});

test('an absence of groups begins where each was seen first', () => {
  const absence = { kind: 'absence', groupBy: 'actorId' } as const;

  assert.deepEqual(openingsOf(absence, []), []);
  assert.deepEqual(openingsOf(absence, [[200, 1, 1, 'a'], [290, 1, 1, 'b']]), [['a', 260, 0]]); // prettier-ignore
});

test('20,000 groups take no longer than so many matches of one group', { timeout: 5000 }, () => {
  const each = (group: (n: number) => string) =>
    Array.from({ length: 20_000 }, (_, n) => [(n * BUCKET_MS) / SECOND_MS / 1000, 5, 5, group(n)] as const);

  assert.equal(openingsOf({}, each(String)).length, 20_000);
  assert.equal(openingsOf({ thresholdCount: 1e9 }, each(() => '')).length, 0); // prettier-ignore
});
