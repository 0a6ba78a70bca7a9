import { toCursor, toText } from '#app/app/search.ts';
import { channels, oneOf } from '../kinds.ts';

/** Nothing is suppressed in the inbox. */
export const suppressed = channels.filter((one) => one !== 'inApp');

/** What the address of the list says. Left out: every channel, newest first, the first page, no drawer. */
export interface SuppressionsSearch {
  readonly channel?: (typeof suppressed)[number] | undefined;
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
}

export function toSuppressionsSearch(found: Readonly<Record<string, unknown>>): SuppressionsSearch {
  const channel = oneOf(suppressed, found['channel']);
  return { ...toText(found, 'open'), ...toCursor(found), ...(channel && { channel }) };
}
