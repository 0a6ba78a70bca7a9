import { toCursor, toText } from '#app/app/search.ts';

export const tabs = ['incidents', 'silences', 'rules'] as const;
export type IncidentsTab = (typeof tabs)[number];
export const statuses = ['open', 'acknowledged', 'resolved', 'all'] as const;
export type StatusFilter = (typeof statuses)[number];

/** What the address says. Left out: open incidents, newest first, the first page, no drawer. */
export interface IncidentsSearch {
  readonly tab?: Exclude<IncidentsTab, 'incidents'> | undefined;
  readonly status?: Exclude<StatusFilter, 'open'> | undefined;
  readonly cursor?: string | undefined;
  /** An id of the tab, or `new`. */
  readonly open?: string | undefined;
  /** Of a rule: its form is open. */
  readonly edit?: 'yes' | undefined;
  /** The fingerprint or the rule that a new silence is for. */
  readonly fingerprint?: string | undefined;
  readonly rule?: string | undefined;
}

export function toIncidentsSearch(found: Readonly<Record<string, unknown>>): IncidentsSearch {
  const tab = tabs.find((one) => one === found['tab']);
  const status = statuses.find((one) => one === found['status']);
  return {
    ...toText(found, 'open', 'fingerprint', 'rule'),
    ...toCursor(found),
    ...(tab && tab !== 'incidents' && { tab }),
    ...(status && status !== 'open' && { status }),
    ...(found['edit'] === 'yes' && { edit: 'yes' as const }),
  };
}
