import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../alerts/rehearsal.ts';
import { firingTier, judge } from './burn.ts';
import { tiers, type Counts } from './objectives.ts';

const TARGET = 0.999;
const LIMIT = { target: TARGET, leastBad: 5 };
const TOTAL = 1_000_000;
const now = new Date('2026-11-23T08:00:00.000Z');

/** A million events in each window, of which so many are bad; none where nothing is named. */
const counts = (bad: Readonly<Record<number, number>>) => (seconds: number) => {
  const { [seconds]: wanted } = bad;
  return wanted === undefined ? { good: 0, bad: 0 } : { good: TOTAL - wanted, bad: wanted };
};

for (const { name, longSeconds, shortSeconds, burn } of tiers)
  test(`the tier ${name} fires above ${burn} times the budget in both windows, and not at it`, () => {
    const limit = Math.round(burn * (1 - TARGET) * TOTAL);
    const fires = (long: number, short: number) =>
      firingTier(LIMIT, counts({ [longSeconds]: long, [shortSeconds]: short }))?.name ?? null;

    assert.equal(fires(limit + 1, limit + 1), name);
    assert.equal(fires(limit, limit + 1), null);
    assert.equal(fires(limit + 1, limit), null);
  });

test('while a fast tier fires the slower ones are silent', () => {
  const all = Object.fromEntries(
    tiers.flatMap((tier) => [tier.longSeconds, tier.shortSeconds]).map((at) => [at, TOTAL]),
  );

  assert.equal(firingTier(LIMIT, counts(all))?.name, 'fast');
});

test('one error in three requests pages nobody; five errors do', () => {
  const few = (bad: number) => () => ({ good: 2, bad });

  assert.equal(firingTier(LIMIT, few(1)), null);
  assert.equal(firingTier(LIMIT, few(4)), null);
  assert.equal(firingTier(LIMIT, few(5))?.name, 'fast');
});

test('without events an objective is noData, and not ok', () => {
  const judged = judge(LIMIT, () => ({ good: 0, bad: 0 }), now);

  assert.deepEqual([judged.status, judged.value, judged.budgetLeft, judged.alert], ['noData', null, null, null]);
});

test('the budget ends when the present rate has used up what is left', () => {
  const [month, sixHours] = [30 * 86_400, 6 * 3600];
  const half = (present: number) => judge(LIMIT, counts({ [month]: 500, [sixHours]: present }), now);

  assert.equal(half(0).budgetEndsAt, null);
  assert.equal(half(1).budgetEndsAt, null); // in 500 windows
  assert.equal(half(1000).budgetEndsAt, '2026-12-08T08:00:00.000Z'); // half of 30 days
  assert.equal(half(1000).status, 'ok');
  assert.equal(judge(LIMIT, counts({ [month]: 800 }), now).status, 'warning');
  assert.equal(judge(LIMIT, counts({ [month]: 1001 }), now).status, 'breached');
});

test('a rehearsal shows when the alert would have fired and cleared', () => {
  const startMs = now.getTime() - 60 * 600_000;
  const slots: (Counts & { atMs: number })[] = Array.from({ length: 61 }, (_, slot) => ({
    atMs: startMs + slot * 600_000,
    good: 1000,
    bad: slot >= 30 && slot < 33 ? 500 : 0,
  }));
  const slotOf = (at: string | null) => at && (Date.parse(at) - startMs) / 600_000;

  const [first] = rehearse(LIMIT, slots, now.getTime());

  assert.deepEqual([first?.tier, slotOf(first?.firedAt ?? null), slotOf(first?.clearedAt ?? null)], ['fast', 30, 33]);
  assert.deepEqual(rehearse({ ...LIMIT, target: 0.5 }, slots, now.getTime()), []);
});
