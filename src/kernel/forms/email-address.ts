import { domainToASCII, domainToUnicode } from 'node:url';

const MAX_CHARACTERS = 254; // RFC 5321, with the brackets taken off
const LOCAL = /^[^\s\p{C}@<>(),;:\\"[\]]{1,64}$/u;
/** Without the characters that a URL would read as something else, such as `/` and `%`. */
const TYPED_DOMAIN = /^(?:[\w.-]|\P{ASCII})+$/u;
/** At least two labels, none of them empty; the last is no number, so that it is not an IP address. */
const DNS_NAME = /^(?=.{1,253}$)(?:[\w-]{1,63}\.)+(?!\d+$)[\w-]{2,63}$/;
/** What comes along when an address is copied from a text that runs in both directions; no domain contains it. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The one form of an e-mail address, in which it is stored, compared and shown; null for what is no address. Spaces around
 * it and invisible characters are dropped; the domain has its Unicode form (UTS 46), so that `xn--bcher-kva.example` and
 * `BÜCHER.example` are `bücher.example`; a domain with a letter that is invisible, as the half-space, stays in its ASCII
 * form. Only a message to the address shows whether it exists. The form of a form is the same.
 */
export function parseEmail(text: string): string | null {
  if (text.length > 2 * MAX_CHARACTERS) return null; // with as many invisible ones
  const typed = text.trim();
  const at = typed.lastIndexOf('@');
  const local = typed
    .slice(0, Math.max(at, 0))
    .replace(/[\p{Cf}\p{DI}]/gu, '')
    .toLowerCase()
    .normalize('NFC');
  const domain = parseDomain(typed.slice(at + 1).replace(DIRECTION_MARKS, ''));
  if (!LOCAL.test(local) || domain === null) return null;
  const address = `${local}@${domain}`;
  return address.length <= MAX_CHARACTERS ? address : null;
}

function parseDomain(typed: string): string | null {
  if (!TYPED_DOMAIN.test(typed)) return null;
  const ascii = domainToASCII(typed);
  if (!DNS_NAME.test(ascii)) return null;
  const unicode = domainToUnicode(ascii).normalize('NFC');
  if (/(?:^|\.)xn--/.test(unicode)) return null; // encodes nothing, such as `xn--a`
  return /[\p{Cf}\p{DI}\s]/u.test(unicode) ? ascii : unicode;
}
