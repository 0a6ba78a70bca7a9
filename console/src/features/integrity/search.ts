import { toText } from '#app/app/search.ts';

/** What the address of the page says: the check that is shown, and whether the form of an archive is open. */
export interface IntegritySearch {
  readonly run?: string | undefined;
  readonly open?: 'archive' | undefined;
}

export function toIntegritySearch(found: Readonly<Record<string, unknown>>): IntegritySearch {
  return { ...toText(found, 'run'), ...(found['open'] === 'archive' && { open: 'archive' as const }) };
}
