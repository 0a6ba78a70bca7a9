import type { Notification } from '#client';
import type { State } from '#app/ui/badge.tsx';

export const channels = ['email', 'sms', 'push', 'inApp', 'slack', 'teams', 'telegram', 'webhook'] as const;
export type Channel = (typeof channels)[number];

export const statuses = [
  'pending',
  'scheduled',
  'sending',
  'sent',
  'delivered',
  'failed',
  'cancelled',
  'archived',
] as const;
export type Status = (typeof statuses)[number];

export const LOOKS: Readonly<Record<Notification['status'], State>> = {
  pending: 'info',
  scheduled: 'info',
  sending: 'info',
  sent: 'ok',
  delivered: 'ok',
  failed: 'bad',
  cancelled: 'plain',
  archived: 'plain',
};

/** Time ranges that end now: in the address they stay relative. */
export const ranges = ['hour', 'day', 'week', 'month'] as const;
export type Range = (typeof ranges)[number];
const HOUR_MS = 3_600_000;
const LENGTHS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS };

/** When the range begins, to the minute, so that a list keeps its query for a while. */
export function sinceOf(range: Range | undefined, now = Date.now()): string | undefined {
  if (range === undefined) return undefined;
  return new Date(Math.floor((now - LENGTHS[range]) / 60_000) * 60_000).toISOString();
}

/** The value if it is one of these. */
export function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((one) => one === value);
}
