import { toCursor, toText } from '#app/app/search.ts';
import { channels, oneOf, ranges, statuses, type Channel, type Range, type Status } from '../kinds.ts';

/** What the address of the list says. Left out: every message, newest first, the first page, no drawer. */
export interface MessagesSearch {
  readonly channel?: Channel | undefined;
  readonly status?: Status | undefined;
  readonly range?: Range | undefined;
  readonly cursor?: string | undefined;
  /** The id of a message, or `new`. */
  readonly open?: string | undefined;
  /** Of a new message: the id of its template. */
  readonly template?: string | undefined;
}

export function toMessagesSearch(found: Readonly<Record<string, unknown>>): MessagesSearch {
  const channel = oneOf(channels, found['channel']);
  const status = oneOf(statuses, found['status']);
  const range = oneOf(ranges, found['range']);
  return {
    ...toText(found, 'open', 'template'),
    ...toCursor(found),
    ...(channel && { channel }),
    ...(status && { status }),
    ...(range && { range }),
  };
}
