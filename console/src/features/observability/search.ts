import { toCursor, toText } from '#app/app/search.ts';
import { toRangeSearch, type RangeSearch } from '#app/range/range.ts';

export const tabs = ['metrics', 'objectives', 'alerts', 'events', 'health'] as const;
export type Tab = (typeof tabs)[number];

/** What the address says. Left out: the figures. `target` is that of a rehearsal, as a share. */
export interface ObservabilitySearch extends RangeSearch {
  readonly tab?: Tab | undefined;
  readonly search?: string | undefined;
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
  readonly target?: number | undefined;
}

export function toObservabilitySearch(found: Readonly<Record<string, unknown>>): ObservabilitySearch {
  const tab = tabs.find((one) => one === found['tab']);
  const target = Number(found['target']);
  return {
    ...toRangeSearch(found),
    ...toText(found, 'search', 'open'),
    ...toCursor(found),
    ...(tab && tab !== 'metrics' && { tab }),
    ...(target >= 0.5 && target <= 0.99999 && { target }),
  };
}
