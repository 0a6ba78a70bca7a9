import { toCursor } from '#app/app/search.ts';

/** What the address of the list says. */
export interface OwnSearch {
  readonly cursor?: string;
}

export const toOwnSearch = (found: Readonly<Record<string, unknown>>): OwnSearch => toCursor(found);
