import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { toLatinDigits } from '../language.ts';

const PUNCTUATION = /[\s\p{Z}\p{Cf}\p{Pd}\u2212()./]/gu;
const MAX_CHARACTERS = 100; // with invisible ones and punctuation
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The one form of a phone number, E.164 such as `+989121234567`; null for what is no international number, and no number
 * of the `country` (ISO 3166-1 alpha-2) either. Digits of any keyboard, `00` for `+`, the `(0)` of national calls, and
 * punctuation make no difference.
 */
export function parsePhone(typed: string, country: string | null = null): string | null {
  if (typed.length > MAX_CHARACTERS) return null;
  const plain = toLatinDigits(typed.normalize('NFKC')).replaceAll('(0)', '').replace(PUNCTUATION, '');
  const number = plain.replace(/^00/, '+');
  if (E164.test(number)) return number;
  return country === null ? null : parseNational(number, country);
}

/** Whether somebody has the number, nobody can tell; its country gives out numbers that look like it. */
function parseNational(digits: string, country: string): string | null {
  if (!/^\d+$/.test(digits) || !isSupportedCountry(country)) return null;
  const found = parsePhoneNumberFromString(digits, country);
  return found?.isValid() ? found.number : null;
}
