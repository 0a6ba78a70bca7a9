import { toText } from '#app/app/search.ts';

/** What the address says, as that of the page of today: the key, whose mails, and which one is open. */
export interface MailboxSearch {
  readonly key?: string | undefined;
  readonly to?: string | undefined;
  readonly open?: string | undefined;
}

export function toMailboxSearch(found: Readonly<Record<string, unknown>>): MailboxSearch {
  return toText(found, 'key', 'to', 'open');
}
