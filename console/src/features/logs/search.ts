import { toText } from '#app/app/search.ts';
import { toRangeSearch, type RangeSearch } from '#app/range/range.ts';

export const views = ['lines', 'patterns', 'tail'] as const;
export type LogsView = (typeof views)[number];
export const tabs = ['fields', 'context', 'json'] as const;
export type EventTab = (typeof tabs)[number];

/** What the address says. Left out: all lines of the last hour, newest first, no drawer. */
export interface LogsSearch extends RangeSearch {
  /** In the query language of the server. */
  readonly query?: string | undefined;
  readonly view?: Exclude<LogsView, 'lines'> | undefined;
  /** Id of an event. */
  readonly open?: string | undefined;
  /** Of the drawer. */
  readonly tab?: Exclude<EventTab, 'fields'> | undefined;
}

export function toLogsSearch(found: Readonly<Record<string, unknown>>): LogsSearch {
  const view = views.find((one) => one === found['view']);
  const tab = tabs.find((one) => one === found['tab']);
  return {
    ...toText(found, 'query', 'open'),
    ...toRangeSearch(found),
    ...(view && view !== 'lines' && { view }),
    ...(tab && tab !== 'fields' && { tab }),
  };
}
