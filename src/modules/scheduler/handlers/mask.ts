/** What is shown in place of a secret. */
export const MASK = '***';
/** A shorter one is part of many words. */
const MIN_ANYWHERE = 4;
const BASE64_GROUP = 3; // bytes that become four letters

/**
 * Replaces secrets by `***` in a text that a handler has written: texts and numbers, as they are, in JSON, in URLs and forms,
 * and in base64, also as a part of what was encoded. One of less than four letters is only replaced where it is a whole word.
 */
export function createMask(secrets: Readonly<Record<string, unknown>> | null): (text: string) => string {
  const forms = [...new Set(textsIn(secrets).flatMap(partsOf).flatMap(formsOf))].filter((form) => form !== '');
  forms.sort((one, other) => other.length - one.length); // a shorter one may be the beginning of a longer one
  const found = forms.map((form) => (form.length < MIN_ANYWHERE ? wholeWord(form) : form));
  return (text) => found.reduce<string>((masked, each) => masked.replaceAll(each, MASK), text);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.toWellFormed()];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** A secret whole, without the scheme before it, and what `Basic` has encoded. */
function partsOf(secret: string): string[] {
  const [, scheme, credentials] = /^([\w-]+)\s+(\S+)$/.exec(secret) ?? [];
  if (scheme === undefined || credentials === undefined) return [secret];
  if (scheme.toLowerCase() !== 'basic') return [secret, credentials];
  const decoded = Buffer.from(credentials, 'base64').toString().toWellFormed();
  return [secret, credentials, decoded, decoded.slice(decoded.indexOf(':') + 1)];
}

/** As others may repeat it. */
function formsOf(secret: string): string[] {
  const url = encodeURIComponent(secret);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const inUrls = [url, form].flatMap((each) => [each, each.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase())]);
  return [secret, JSON.stringify(secret).slice(1, -1), ...inUrls, ...base64Of(Buffer.from(secret))];
}

/** Also of the secret within something longer: the letters that no neighbour changes, wherever it begins in a group. */
function base64Of(secret: Buffer): string[] {
  const encoded = [secret.toString('base64'), secret.toString('base64').replace(/=+$/, '')];
  if (secret.length >= MIN_ANYWHERE)
    for (let before = 0; before < BASE64_GROUP; before += 1) {
      const letters = Buffer.concat([Buffer.alloc(before), secret])
        .toString('base64')
        .replace(/=+$/, '');
      const isEven = (before + secret.length) % BASE64_GROUP === 0;
      encoded.push(letters.slice(before === 0 ? 0 : before + 1, isEven ? undefined : -1));
    }
  return encoded.flatMap((each) => [each, each.replaceAll('+', '-').replaceAll('/', '_')]);
}

function wholeWord(text: string): RegExp {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`, 'gu');
}
