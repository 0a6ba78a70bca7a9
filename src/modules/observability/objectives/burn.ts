import { BUDGET_SECONDS, tiers, type Counts, type Tier } from './objectives.ts';

const RATE_SECONDS = 6 * 3600; // the present rate: long enough to be steady
const LOW_BUDGET = 0.25;

export type CountsOf = (seconds: number) => Counts;

export interface BurnLimit {
  /** Least share of good events. */
  readonly target: number;
  /** Bad events in the short window without which nobody is alerted: one error in three requests is no incident. */
  readonly leastBad: number;
}

/** How many times faster than allowed the budget is used up; null without events. */
export function burnRate(target: number, { good, bad }: Counts): number | null {
  return good + bad === 0 ? null : bad / (good + bad) / (1 - target);
}

/** The fastest tier that fires; null when none does. */
export function firingTier({ target, leastBad }: BurnLimit, countsOf: CountsOf): Tier | null {
  const isOver = (seconds: number, burn: number) => {
    const { good, bad } = countsOf(seconds);
    // Compared as counts: a rate at the limit itself must not be over it by a rounding error.
    return bad > burn * (1 - target) * (good + bad) + 1e-9;
  };
  return (
    tiers.find(
      ({ longSeconds, shortSeconds, burn }) =>
        isOver(longSeconds, burn) && isOver(shortSeconds, burn) && countsOf(shortSeconds).bad >= leastBad,
    ) ?? null
  );
}

export interface ObjectiveState {
  readonly status: 'ok' | 'warning' | 'breached' | 'noData';
  /** Share of good events over 30 days; null without events. */
  readonly value: number | null;
  /** Share of the budget that is left, 0 when it is used up; null without events. */
  readonly budgetLeft: number | null;
  /** When it is used up at the present rate; null when it is not, or is already. */
  readonly budgetEndsAt: string | null;
  readonly burnRate: number | null;
  readonly alert: Tier['name'] | null;
}

export function judge(limit: BurnLimit, countsOf: CountsOf, now: Date): ObjectiveState {
  const { target } = limit;
  const whole = countsOf(BUDGET_SECONDS);
  const total = whole.good + whole.bad;
  if (total === 0)
    return { status: 'noData', value: null, budgetLeft: null, budgetEndsAt: null, burnRate: null, alert: null };
  const left = 1 - (burnRate(target, whole) ?? 0);
  const present = burnRate(target, countsOf(RATE_SECONDS));
  const alert = firingTier(limit, countsOf)?.name ?? null;
  const isBreached = left < 0;
  const isWarning = alert !== null || left < LOW_BUDGET;
  // No end beyond the window: all that counts now will have left it.
  const endsInMs = present !== null && left > 0 && present >= left ? (left * BUDGET_SECONDS * 1000) / present : null;
  return {
    status: isBreached ? 'breached' : isWarning ? 'warning' : 'ok',
    value: whole.good / total,
    budgetLeft: Math.max(0, left),
    budgetEndsAt: endsInMs === null ? null : new Date(now.getTime() + endsInMs).toISOString(),
    burnRate: present,
    alert,
  };
}
