import { toCursor, toText } from '#app/app/search.ts';

export const outcomes = ['success', 'failure', 'denied'] as const;

/** What the address of the trail says. Left out: all entries, newest first, the first page, no drawer. */
export interface AuditSearch {
  readonly text?: string | undefined;
  readonly actor?: string | undefined;
  /** Who acted for them, for support. */
  readonly by?: string | undefined;
  readonly action?: string | undefined;
  readonly type?: string | undefined;
  readonly resource?: string | undefined;
  readonly outcome?: (typeof outcomes)[number] | undefined;
  /** Days of the reader, both included: `2026-11-25`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tampered?: 'true' | undefined;
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
  readonly tab?: (typeof tabs)[number] | undefined;
}

export const tabs = ['entry', 'proof'] as const;
const DAY = /^\d{4}-\d\d-\d\d$/;

export function toAuditSearch(found: Readonly<Record<string, unknown>>): AuditSearch {
  const outcome = outcomes.find((one) => one === found['outcome']);
  const { from, to, ...texts } = toText(
    found,
    'text',
    'actor',
    'by',
    'action',
    'type',
    'resource',
    'from',
    'to',
    'open', // prettier-ignore
  );
  return {
    ...texts,
    ...toCursor(found),
    ...(from && DAY.test(from) && { from }),
    ...(to && DAY.test(to) && { to }),
    ...(outcome && { outcome }),
    ...(found['tampered'] === 'true' && { tampered: 'true' as const }),
    ...(found['tab'] === 'proof' && { tab: 'proof' as const }),
  };
}

/** Whether a filter is set, beside the page and the drawer. */
export function isFiltered({ cursor: _, open: __, tab: ___, ...filters }: AuditSearch): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}
