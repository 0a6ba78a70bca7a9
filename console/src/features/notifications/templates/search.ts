import { toCursor, toText } from '#app/app/search.ts';
import { channels, oneOf, type Channel } from '../kinds.ts';

export const languages = ['en', 'fa'] as const;

/** What the address of the list says. Left out: every template, the first page, no drawer. */
export interface TemplatesSearch {
  readonly channel?: Channel | undefined;
  readonly language?: (typeof languages)[number] | undefined;
  /** The whole name. */
  readonly name?: string | undefined;
  readonly cursor?: string | undefined;
  /** The id of a template, or `new`. */
  readonly open?: string | undefined;
}

export function toTemplatesSearch(found: Readonly<Record<string, unknown>>): TemplatesSearch {
  const channel = oneOf(channels, found['channel']);
  const language = oneOf(languages, found['language']);
  return {
    ...toText(found, 'name', 'open'),
    ...toCursor(found),
    ...(channel && { channel }),
    ...(language && { language }),
  };
}
