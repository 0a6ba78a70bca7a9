import { toCursor, toText } from '#app/app/search.ts';
import { channels, oneOf, ranges, statuses, type Channel, type Range, type Status } from '../kinds.ts';

/** What the address of the report says. Left out: the last 30 days, all messages, the first page of details. */
export interface ReportsSearch {
  readonly channel?: Channel | undefined;
  readonly status?: Status | undefined;
  readonly range?: Range | undefined;
  /** Name of a template. */
  readonly template?: string | undefined;
  readonly cursor?: string | undefined;
}

export function toReportsSearch(found: Readonly<Record<string, unknown>>): ReportsSearch {
  const channel = oneOf(channels, found['channel']);
  const status = oneOf(statuses, found['status']);
  const range = oneOf(ranges, found['range']);
  return {
    ...toText(found, 'template'),
    ...toCursor(found),
    ...(channel && { channel }),
    ...(status && { status }),
    ...(range && { range }),
  };
}
