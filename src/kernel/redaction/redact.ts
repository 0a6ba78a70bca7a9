import { replaceCardNumbers } from './card-numbers.ts';

export const REDACTED = '[redacted]';

const MAX_KEYS = 10_000; // names of fields that are remembered
const NOT_LETTERS = /[^\p{L}\p{N}]+/gu;
const SECRET_WORDS =
  /passw|passphrase|passcode|^pwd|pwd$|secret|authoriz|authentic(?:ation)?header|apikey|accesskey|privatekey|signingkey|encryptionkey|credential|cookie|bearer|^auth$|^jwt$|^otp|otp$|onetimecode|^pin$|pincode$|^cvv2?$|^cvc2?$|cardnumber|^pan$/u;
const PERSIAN_WORDS = ['گذرواژه', 'رمز', 'عبور', 'کارت'];
const PERSIAN_SECRETS = ['گذرواژه', 'رمزعبور', 'کلمهعبور', 'رمزپویا', 'شمارهکارت'];
const TOKEN_WORD = /token/;
const NOT_A_TOKEN = /tokens$|token(?:s?(?:count|limit|usage|used|type|index|budget)|izer|ized?)/;

/** Whether a text can have something to redact: most have not, and are not looked at again. */
const SUSPECT =
  /pass|pwd|secret|token|auth|key|credential|cookie|bearer|basic |otp|pin|cv[vc]|jwt|eyJ|-----BEGIN|bny_|[spr]k_|gh[a-z]_|AKIA|xox|[@\\{[]|\p{Nd}.?\p{Nd}{3}/iu;

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;
const KNOWN_TOKENS =
  /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)*|\bbny_[\w-]{8,}|\b[spr]k_(?:live|test)_\w{8,}|\bgh[a-z]_\w{16,}|\bgithub_pat_\w{16,}|\bAKIA[0-9A-Z]{16}\b|\bxox[a-z]-[\w-]{8,}/g;
const SCHEMES = /\b(bearer|basic)(\s+)([\w.~+/=-]{8,})/gi;
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi;
/** A name and what joins it with its value: `key=`, `key: `, `"key":`, also where quotes are escaped. */
const NAMES = /(?<![\p{L}\p{N}_])([\p{L}_][\p{L}\p{N}_.\-\u200c]{0,80})\\*["']?\s{0,8}(?:=>|[:=]|%3D)\s{0,8}/giu;
/** A quoted value ends at a quote that is escaped as often as the first one. */
const VALUE =
  /(\\+)(["'])[^]{0,8000}?(?<!\\)\1\2|"(?:[^"\\]|\\[^])*"?|'(?:[^'\\]|\\[^])*'?|\{[^}]*\}?|\[[^\]]*\]?|[^\s,;&"'<>(){}[\]|\\]+/uy;
const HARMLESS = /^(?:null|true|false|""|''|\[redacted\]?)$/;
/** The rest of a header's line, after its name. */
const HEADERS = /\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*:\s*)(?!["'\\])([^\r\n"]+)/gi;

export type Redact = ReturnType<typeof createRedact>;

/** Removes secrets and card numbers from what is about to be stored. `patterns` are those of the operator. */
export function createRedact(patterns: readonly RegExp[]) {
  const keys = new Map<string, boolean>();

  /** Whether a field of this name holds a secret. */
  function isSecretName(name: string): boolean {
    const known = keys.get(name);
    if (known !== undefined) return known;
    const isSecret = hasSecretName(name);
    if (keys.size < MAX_KEYS) keys.set(name, isSecret);
    return isSecret;
  }

  function text(value: string): string {
    const isSuspect = SUSPECT.test(value) || PERSIAN_WORDS.some((word) => value.includes(word));
    const safe = isSuspect ? suspect(value) : value;
    return patterns.reduce((left, pattern) => left.replace(pattern, REDACTED), safe);
  }

  function suspect(value: string): string {
    const inJson = json(value);
    if (inJson !== null) return inJson;
    const safe = value
      .replace(PRIVATE_KEY, REDACTED)
      .replace(HEADERS, `$1$2${REDACTED}`)
      .replace(KNOWN_TOKENS, REDACTED)
      .replace(SCHEMES, (found, scheme: string, space: string, given: string) =>
        isCredential(scheme, given) ? `${scheme}${space}${REDACTED}` : found,
      )
      .replace(USER_INFO, `$1${REDACTED}@`);
    return replaceCardNumbers(pairs(safe), REDACTED);
  }

  /** What stands behind the names of secrets. One pass: of a harmless name only the name is passed over. */
  function pairs(value: string): string {
    let safe = '';
    let from = 0;
    NAMES.lastIndex = 0;
    for (let name = NAMES.exec(value); name; name = NAMES.exec(value)) {
      VALUE.lastIndex = NAMES.lastIndex;
      if (!isSecretName(name[1] ?? '')) continue;
      const [given = '', escapes = '', escaped = ''] = VALUE.exec(value) ?? [];
      if (given === '' || HARMLESS.test(given)) continue;
      const quote = escapes + escaped || (/^["']/.exec(given)?.[0] ?? '');
      safe += value.slice(from, NAMES.lastIndex) + quote + REDACTED + quote;
      from = NAMES.lastIndex + given.length;
      NAMES.lastIndex = from;
    }
    return safe + value.slice(from);
  }

  /** A text that is JSON, redacted field by field; null for any other text. */
  function json(value: string): string | null {
    const first = value.trimStart()[0];
    if (first !== '{' && first !== '[') return null;
    try {
      const parsed: unknown = JSON.parse(value);
      const before = JSON.stringify(parsed);
      const after = JSON.stringify(inside(parsed));
      return after === before ? value : after;
    } catch {
      return null; // not JSON, or nested too deeply
    }
  }

  function inside(value: unknown): unknown {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(inside);
    if (value === null || typeof value !== 'object') return isLongNumber(value) ? number(value) : value;
    const safe: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(value)) define(safe, text(name), field(name, inner));
    return safe;
  }

  /** A card number can be a number too. */
  function number(value: number): unknown {
    const written = String(value);
    return text(written) === written ? value : REDACTED;
  }

  /** The value of a field, of which the name may say that it is secret. */
  function field(name: string, value: unknown): unknown {
    const isHarmless = value === null || value === '' || typeof value === 'boolean';
    return !isHarmless && isSecretName(name) ? REDACTED : inside(value);
  }

  return { text, field, isSecretName };
}

function hasSecretName(name: string): boolean {
  const letters = name.normalize('NFKC').toLowerCase().replace(NOT_LETTERS, '');
  if (SECRET_WORDS.test(letters) || PERSIAN_SECRETS.some((word) => letters.includes(word))) return true;
  return TOKEN_WORD.test(letters) && !NOT_A_TOKEN.test(letters);
}

function isLongNumber(value: unknown): value is number {
  return typeof value === 'number' && value >= 1e12 && Number.isInteger(value);
}

/** `Basic authentication failed` is a sentence. */
function isCredential(scheme: string, given: string): boolean {
  if (scheme.toLowerCase() === 'bearer') return /[0-9.=_]/.test(given.slice(0, -1)) || given.length > 24;
  return Buffer.from(given, 'base64').includes(0x3a); // user:password
}

/** `__proto__` too is only a name. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
  else target[name] = value;
}
