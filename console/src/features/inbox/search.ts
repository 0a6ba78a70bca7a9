import { toCursor, toText } from '#app/app/search.ts';

/** What the address of the inbox says. Left out: the first page, no drawer. */
export interface InboxSearch {
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
}

export function toInboxSearch(found: Readonly<Record<string, unknown>>): InboxSearch {
  return { ...toText(found, 'open'), ...toCursor(found) };
}
