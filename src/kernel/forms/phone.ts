import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { toLatinDigits } from '../language.ts';

const PUNCTUATION = /[\s\p{Z}\p{Cf}\p{Pd}\u2212()./]/gu;
const MAX_CHARACTERS = 100; // with invisible ones and punctuation
const DIGITS = /^\+?\d{4,15}$/;
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The one form of a phone number, E.164 such as `+989121234567`; null for what is no international number. Persian, Arabic
 * and full-width digits, `00` for `+`, the `(0)` of national calls, and punctuation make no difference.
 */
export function parsePhone(typed: string): string | null {
  const number = toNumber(typed);
  return number !== null && E164.test(number) ? number : null;
}

/**
 * As `parsePhone`, for a number that its country gives out: also a national one of `country` (ISO 3166-1 alpha-2), and
 * without the zero of national calls after the code of the country. Whether somebody has it, nobody can tell.
 */
export function parseAssignedPhone(typed: string, country: string | null): string | null {
  const number = toNumber(typed);
  const isNational = number !== null && /^\d+$/.test(number) && country !== null && isSupportedCountry(country);
  if (number === null || !(isNational || E164.test(number))) return null;
  const found = isNational ? parsePhoneNumberFromString(number, country) : parsePhoneNumberFromString(number);
  return found?.isValid() ? found.number : null;
}

/** Digits that can be a number of some country, national or not; null for others. Which number it is, the country decides. */
export function parsePhoneDigits(typed: string): string | null {
  const number = toNumber(typed);
  return number !== null && DIGITS.test(number) ? number : null;
}

/** The country of a number in E.164, ISO 3166-1 alpha-2; null for one that no single country has. */
export function countryOfPhone(number: string): string | null {
  return parsePhoneNumberFromString(number)?.country ?? null;
}

function toNumber(typed: string): string | null {
  if (typed.length > MAX_CHARACTERS) return null;
  const plain = toLatinDigits(typed.normalize('NFKC')).replaceAll('(0)', '').replace(PUNCTUATION, '');
  return plain.replace(/^00/, '+');
}
