export const languages = ['en', 'fa'] as const;
export type Language = (typeof languages)[number];

/** One text in every language of the program. */
export type Translated = Readonly<Record<Language, string>>;

export function isTranslated(value: unknown): value is Translated {
  return (
    typeof value === 'object' &&
    value !== null &&
    languages.every((language) => typeof Reflect.get(value, language) === 'string')
  );
}

const MAX_HEADER = 1000; // characters that are read; browsers send less than 100

/** The best supported language for an `Accept-Language` header (RFC 9110); `otherwise` if it names none of them. */
export function pickLanguage(header: string | undefined, otherwise: Language = 'en'): Language {
  if (!header) return otherwise;
  let best = otherwise;
  let bestQuality = 0;
  for (const part of header.slice(0, MAX_HEADER).toLowerCase().split(',')) {
    const [tag = '', ...parameters] = part.split(';').map((text) => text.trim());
    const language = languages.find((known) => tag === known || tag.startsWith(`${known}-`));
    const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    if (!language || !(quality > bestQuality)) continue;
    best = language;
    bestQuality = quality;
  }
  return best;
}

const PERSIAN_NUMBER = new Intl.NumberFormat('fa');

/** Letters and digits in parts of up to eight, joined by hyphens (RFC 5646). */
const TAG = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i;

/**
 * The one form of a language tag, in the case that RFC 5646 recommends: `fa-IR`, `zh-Hant-TW`; null for what is no tag.
 * `platform.language_tag` in the database does the same.
 */
export function parseLanguageTag(tag: string): string | null {
  if (!TAG.test(tag) || !isLocale(tag)) return null;
  const parts = tag.toLowerCase().split('-');
  const singleton = parts.findIndex((part) => part.length === 1); // what follows stays as it is
  const end = singleton === -1 ? parts.length : singleton;
  return parts
    .map((part, index) => {
      if (index === 0 || index > end) return part;
      if (part.length === 2) return part.toUpperCase();
      return /^[a-z]{4}$/.test(part) ? `${part.charAt(0).toUpperCase()}${part.slice(1)}` : part;
    })
    .join('-');
}

/** Some tags have the letters of one and the form of none: `test`, `fa-a`. */
function isLocale(tag: string): boolean {
  try {
    return Boolean(new Intl.Locale(tag));
  } catch {
    return false;
  }
}

/** A number in the digits of Persian prose. */
export function inDigits(value: number): string {
  return PERSIAN_NUMBER.format(value);
}

/** Persian (۰–۹) and Arabic (٠–٩) digits become Latin ones; everything else stays. */
export function toLatinDigits(text: string): string {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 0x0f));
}
