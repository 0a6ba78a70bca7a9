import { toCursor, toText } from '#app/app/search.ts';

/** What the address says. Left out: the newest exports, no drawer. */
export interface ExportsSearch {
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
}

export function toExportsSearch(found: Readonly<Record<string, unknown>>): ExportsSearch {
  return { ...toText(found, 'open'), ...toCursor(found) };
}
