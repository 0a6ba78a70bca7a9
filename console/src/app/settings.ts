import type { Language } from '#app/text/language.ts';

/** What the server writes into the page. */
export interface Settings {
  readonly prefix: string;
  readonly names: Readonly<Record<Language, string>>;
  readonly logoUrl: string | null;
  readonly menu: readonly MenuItem[];
}

export interface MenuItem {
  readonly path: string;
  readonly title: Readonly<Record<Language, string>>;
  readonly permission: string;
  /** The page is made of this list of the API. */
  readonly list?: { readonly path: string; readonly columns: readonly MenuColumn[] };
}

export interface MenuColumn {
  readonly field: string;
  readonly title: Readonly<Record<Language, string>>;
  readonly shownAs?: 'text' | 'number' | 'day' | 'instant';
  readonly words?: Readonly<Record<string, Readonly<Record<Language, string>>>>;
}

export const settings = JSON.parse(document.getElementById('settings')?.textContent ?? '{}') as Settings;
