import { isSupportedCountry } from 'libphonenumber-js/min';

/** Countries of ISO 3166-1 that have no telephone numbers of their own, which is what the package knows countries by. */
const WITHOUT_PHONES = new Set(['AQ', 'BV', 'GS', 'HM', 'PN', 'TF', 'UM']);
/** Islands that have numbers, but no code of ISO 3166-1. */
const NO_COUNTRIES = new Set(['AC', 'TA']);

/**
 * The one form of a country's code, such as `IR`: of ISO 3166-1 alpha-2, and `XK`, which people from Kosovo use; null for
 * what is no country.
 */
export function parseCountry(typed: string): string | null {
  const code = typed.toUpperCase();
  const isCountry = WITHOUT_PHONES.has(code) || (isSupportedCountry(code) && !NO_COUNTRIES.has(code));
  return isCountry ? code : null;
}

/**
 * The country that a language's tag names, and Iran for Persian without one. Null for other languages: people of many
 * countries speak them.
 */
export function countryOfLanguage(tag: string): string | null {
  try {
    const { language, region } = new Intl.Locale(tag);
    return parseCountry(region ?? (language === 'fa' ? 'IR' : ''));
  } catch {
    return null; // a tag with a form that no language has
  }
}
