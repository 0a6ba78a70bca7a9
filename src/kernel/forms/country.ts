const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const UNKNOWN = 'ZZ';

/** The one form of a country's code (ISO 3166-1 alpha-2), such as `IR`; null for what is no country. */
export function parseCountry(typed: string): string | null {
  const code = typed.toUpperCase();
  return /^[A-Z]{2}$/.test(code) && code !== UNKNOWN && names.of(code) !== undefined ? code : null;
}

/** The country of a language's tag, or the one where most of its speakers are: `fa` gives `IR`. Null: not known. */
export function countryOfLanguage(tag: string): string | null {
  try {
    return parseCountry(new Intl.Locale(tag).maximize().region ?? '');
  } catch {
    return null; // a tag with a form that no language has
  }
}
