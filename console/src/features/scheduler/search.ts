import { toCursor, toText } from '#app/app/search.ts';

export const jobStates = ['active', 'paused', 'quarantined', 'inactive'] as const;
export const outcomes = [
  'running',
  'scheduled',
  'failed',
  'succeeded',
  'deadLettered',
  'timedOut',
  'skipped',
  'canceled',
] as const;
export const jobTabs = ['facts', 'edit', 'schedule', 'runs', 'dependencies', 'access'] as const;
export type JobTab = (typeof jobTabs)[number];

/** What the address of the jobs says. Left out: jobs of people, newest first, no drawer, its first tab. */
export interface JobsSearch {
  readonly search?: string | undefined;
  readonly status?: (typeof jobStates)[number] | undefined;
  readonly type?: string | undefined;
  readonly tag?: string | undefined;
  /** Whose jobs; left out: what people have made. */
  readonly of?: 'program' | 'all' | undefined;
  readonly cursor?: string | undefined;
  /** Or `new`. */
  readonly open?: string | undefined;
  readonly tab?: JobTab | undefined;
}

export function toJobsSearch(found: Readonly<Record<string, unknown>>): JobsSearch {
  const status = jobStates.find((one) => one === found['status']);
  const tab = jobTabs.find((one) => one === found['tab']);
  return {
    ...toText(found, 'search', 'type', 'tag', 'open'),
    ...toCursor(found),
    ...(status && { status }),
    ...((found['of'] === 'program' || found['of'] === 'all') && { of: found['of'] }),
    ...(tab && tab !== 'facts' && { tab }),
  };
}

/** What the address of the runs says. `from` and `to` are days, both included. */
export interface RunsSearch {
  readonly status?: (typeof outcomes)[number] | undefined;
  readonly job?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
}

export function toRunsSearch(found: Readonly<Record<string, unknown>>): RunsSearch {
  const status = outcomes.find((one) => one === found['status']);
  const { from, to } = toText(found, 'from', 'to');
  return {
    ...toText(found, 'job', 'open'),
    ...toCursor(found),
    ...(status && { status }),
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
  };
}

function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);
}
