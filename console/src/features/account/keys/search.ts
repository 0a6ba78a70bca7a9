import { toText } from '#app/app/search.ts';

export interface KeysSearch {
  /** `new` opens the form. */
  readonly open?: string;
}

export function toKeysSearch(found: Readonly<Record<string, unknown>>): KeysSearch {
  return toText(found, 'open');
}
