export const languages = ['en', 'fa'] as const;
export type Language = (typeof languages)[number];

const MAX_HEADER = 1000; // characters that are read; browsers send less than 100

/** The best supported language for an `Accept-Language` header (RFC 9110); English if it names none of them. */
export function pickLanguage(header: string | undefined): Language {
  if (!header) return 'en';
  let best: Language = 'en';
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

/** Persian (۰–۹) and Arabic (٠–٩) digits become Latin ones; everything else stays. */
export function toLatinDigits(text: string): string {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 0x0f));
}
