import type { RequestCounts } from '#platform/telemetry/port.ts';

export const WINDOW_DAYS = 30;
const DAY = 86_400;
const HOUR = 3600;
const MINUTE = 60;

export interface Counts {
  readonly good: number;
  readonly bad: number;
}

/** A share of events that must be good, over 30 days. */
export interface Objective {
  readonly name: 'availability' | 'faults' | 'reads';
  /** At least this share is good. */
  readonly target: number;
  readonly about: string;
  readonly count: (counts: RequestCounts) => Counts;
}

export const objectives: readonly Objective[] = [
  {
    name: 'availability',
    target: 0.999,
    about: 'Requests that are answered with a status below 500',
    count: ({ answered, unavailable }) => ({ good: answered - unavailable, bad: unavailable }),
  },
  {
    name: 'faults',
    target: 0.999,
    about: 'Requests without an internal error: a status from 500 on, but not 503',
    count: ({ answered, faults }) => ({ good: answered - faults, bad: faults }),
  },
  {
    name: 'reads',
    target: 0.95,
    about: 'Reads that are answered within 300 ms',
    count: ({ reads, slowReads }) => ({ good: reads - slowReads, bad: slowReads }),
  },
];

/** Fires while the budget burns more than `burn` times too fast in both windows. From the Site Reliability Workbook, table 5-8. */
export interface Tier {
  readonly name: 'fast' | 'quick' | 'slow' | 'trickle';
  readonly longSeconds: number;
  readonly shortSeconds: number;
  readonly burn: number;
  readonly severity: 'critical' | 'medium';
}

/** From the fastest. While one fires, those after it are silent. */
export const tiers: readonly Tier[] = [
  { name: 'fast', longSeconds: HOUR, shortSeconds: 5 * MINUTE, burn: 14.4, severity: 'critical' },
  { name: 'quick', longSeconds: 6 * HOUR, shortSeconds: 30 * MINUTE, burn: 6, severity: 'critical' },
  { name: 'slow', longSeconds: DAY, shortSeconds: 2 * HOUR, burn: 3, severity: 'medium' },
  { name: 'trickle', longSeconds: 3 * DAY, shortSeconds: 6 * HOUR, burn: 1, severity: 'medium' },
];

/** Of the error budget. */
export const BUDGET_SECONDS = WINDOW_DAYS * DAY;
/** Of the tiers. */
export const ALERT_WINDOWS: readonly number[] = [
  ...new Set(tiers.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds])),
];
export const SLOT_SECONDS = 600;
