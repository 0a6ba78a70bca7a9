import { parseDigits, parseFactorCode } from './code.ts';
import { parseCountry } from './country.ts';
import { parseEmail } from './email-address.ts';
import { parseHttpUrl } from './http-url.ts';
import { parsePhoneDigits } from './phone.ts';
import { UUID_PATTERN } from '../id.ts';
import { parseLanguageTag } from '../language.ts';
import { isTimeZone } from '../time/zone.ts';

type Parse = (text: string) => string | null;

/**
 * Formats of schemas whose values have several spellings, each with the function that gives the one form, or null for what
 * does not fit. Handlers get the form, whatever the caller has typed.
 */
export const forms: Readonly<Record<string, Parse>> = {
  // Upper case means the same (RFC 9562). Without the `urn:uuid:` of the standard format.
  uuid: (text) => (UUID_PATTERN.test(text) ? text.toLowerCase() : null),
  'one-time-code': parseDigits,
  'factor-code': parseFactorCode,
  'language-tag': parseLanguageTag,
  country: parseCountry,
};

/** Formats that are checked, while handlers get what was typed: which account an address or number belongs to, users decides. */
export const checkedForms: Readonly<Record<string, Parse>> = {
  email: parseEmail,
  phone: parsePhoneDigits,
  'http-url': parseHttpUrl,
  'time-zone': (text) => (isTimeZone(text) ? text : null),
};
