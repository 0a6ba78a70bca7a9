import { replaceCardNumbers } from './card-numbers.ts';
import { createSecretNames } from './secret-names.ts';

export const REDACTED = '[redacted]';

const PERSIAN_WORDS = ['گذرواژه', 'رمز', 'عبور', 'کارت'];

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
/** What stands where a name does, in quotes or not. */
const NAMED = /\\*["']?([\p{L}_/][\p{L}\p{N}_.\-/ \u200c]{0,60})/uy;
/** A name in quotes and a comma, before a value. */
const LISTED = /(\\{0,4}["'])([\p{L}_-][\p{L}\p{N}_.-]{0,60})\1\s{0,4},\s{0,4}(?=\\{0,4}["']|\d)/gu;
/** Before the first value of a list that is in a list. */
const NESTED = /[[,]\s?\[\s?$/;
const WORD = /^[\p{L}_]+$/u;
/** Of a name that has a space: `api key: x`. */
const WORD_BEFORE = /[\p{L}\p{N}]{2,20} $/u;
const MAX_WORD = 100; // letters, quotes included
/** Around a value. */
const QUOTES = /^[\\"']+|[\\"']+$/g;
const HARMLESS = /^(?:null|true|false|""|''|\[redacted\]?)$/;
/** The rest of a header's line, after its name. */
const HEADERS = /\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*:\s*)(?!["'\\])([^\r\n"]+)/gi;

export type Redact = ReturnType<typeof createRedact>;

/** Removes secrets and card numbers from what is about to be stored. `patterns` are those of the operator. */
export function createRedact(patterns: readonly RegExp[]) {
  const { kindOf, namesSecret } = createSecretNames();

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
    return replaceCardNumbers(lists(pairs(safe)), REDACTED);
  }

  /** What stands behind the names of secrets. One pass: of a harmless name only the name is passed over. */
  function pairs(value: string): string {
    const found: Found[] = [];
    let isNamed = false; // the last name that was a value is that of a secret
    let valueFrom = -1; // of a value whose name may follow: `"value":"x","name":"password"`
    NAMES.lastIndex = 0;
    for (let name = NAMES.exec(value); name; name = NAMES.exec(value)) {
      const from = NAMES.lastIndex;
      const phrase = phraseAt(value, name);
      const kind = phrase !== null && namesSecret(phrase) ? 'secret' : kindOf(name[1] ?? '');
      if (kind === 'name') {
        NAMED.lastIndex = from;
        isNamed = namesSecret(NAMED.exec(value)?.[1] ?? '');
        const before = isNamed && valueFrom !== -1 ? valueAt(value, valueFrom) : null;
        if (before && before.to <= name.index && !/[{}]/.test(value.slice(before.to, name.index))) found.push(before);
        valueFrom = -1;
      }
      if (kind === 'value' && !isNamed) valueFrom = from;
      if (kind !== 'secret' && (kind !== 'value' || !isNamed)) continue;
      const given = valueAt(value, from);
      if (!given) continue;
      found.push(given);
      NAMES.lastIndex = given.to;
    }
    return without(value, found);
  }

  /** What stands behind the names of secrets in lists of names and values by turns, as programs print them. */
  function lists(value: string): string {
    const found: Found[] = [];
    LISTED.lastIndex = 0;
    for (let name = LISTED.exec(value); name; name = LISTED.exec(value)) {
      const [, , named = ''] = name;
      const given = namesSecret(named) ? valueAt(value, LISTED.lastIndex) : null;
      const isPair = NESTED.test(value.slice(Math.max(0, name.index - 4), name.index));
      if (!given || (!isPair && areNames(named, given.bare))) continue;
      found.push(given);
      LISTED.lastIndex = given.to;
    }
    return without(value, found);
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

  /** A value with all that is in it. `isPaired`: a list in it has names and values by turns. */
  function inside(value: unknown, isPaired = false): unknown {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return items(value, isPaired);
    if (value === null || typeof value !== 'object') return isLongNumber(value) ? number(value) : value;
    return fields(value);
  }

  function fields(value: object): Record<string, unknown> {
    const entries = Object.entries(value);
    const isNamed = entries.some(
      ([name, inner]) => typeof inner === 'string' && kindOf(name) === 'name' && namesSecret(inner),
    );
    const safe: Record<string, unknown> = {};
    for (const [name, inner] of entries) {
      const isSecret = isNamed && kindOf(name) === 'value' && !isHarmless(inner);
      define(safe, text(name), isSecret ? REDACTED : field(name, inner));
    }
    return safe;
  }

  /** Also of names and values by turns (`['X-Api-Key', 'x']`), and of the arguments of a command. */
  function items(list: readonly unknown[], isPaired: boolean): unknown[] {
    const safe = list.map((each) => inside(each, true));
    const byTurns = list.length % 2 === 0 && list.every((each, at) => at % 2 === 1 || typeof each === 'string');
    for (const [at, name] of list.entries()) {
      if (typeof name !== 'string' || at + 1 === list.length) continue;
      if (!(byTurns && at % 2 === 0) && !name.startsWith('-')) continue;
      const value = list[at + 1];
      const isName = !isPaired && typeof value === 'string' && areNames(name, value);
      if (!isName && !isHarmless(value) && namesSecret(name)) safe[at + 1] = REDACTED;
    }
    return safe;
  }

  /** A card number can be a number too. */
  function number(value: number): unknown {
    const written = String(value);
    return text(written) === written ? value : REDACTED;
  }

  /** The value of a field, of which the name may say that it is secret. */
  function field(name: string, value: unknown): unknown {
    const kind = kindOf(name);
    return kind === 'secret' && !isHarmless(value) ? REDACTED : inside(value, kind === 'list');
  }

  return { text, field, fields, isSecretName: (name: string) => kindOf(name) === 'secret' };
}

function isHarmless(value: unknown): boolean {
  return value === null || value === '' || typeof value === 'boolean';
}

/** Whether they can be names both, as in `['password', 'email']`. */
function areNames(one: string, other: string): boolean {
  return WORD.test(one) && WORD.test(other);
}

/** The name with the word before it, as in `api key: x`; null for none. */
function phraseAt(text: string, { index, 1: name = '' }: RegExpExecArray): string | null {
  if (text[index - 1] !== ' ') return null;
  const before = WORD_BEFORE.exec(text.slice(Math.max(0, index - 21), index))?.[0];
  return before === undefined ? null : before + name;
}

/** A value in a text: its place, what it becomes, and what it is without quotes; `bare` is empty for what is too long to be a name. */
interface Found {
  readonly from: number;
  readonly to: number;
  readonly safe: string;
  readonly bare: string;
}

/** Null for nothing, or what cannot be a secret. */
function valueAt(text: string, from: number): Found | null {
  VALUE.lastIndex = from;
  const [given = '', escapes = '', escaped = ''] = VALUE.exec(text) ?? [];
  if (given === '' || HARMLESS.test(given)) return null;
  const quote = escapes + escaped || (/^["']/.exec(given)?.[0] ?? '');
  return {
    from,
    to: from + given.length,
    safe: quote + REDACTED + quote,
    bare: given.length > MAX_WORD ? '' : given.replace(QUOTES, ''),
  };
}

/** The text without them; of two that overlap, without the first one. */
function without(text: string, found: readonly Found[]): string {
  if (found.length === 0) return text;
  let safe = '';
  let at = 0;
  for (const { from, to, safe: mark } of found.toSorted((one, other) => one.from - other.from)) {
    if (from < at) continue;
    safe += text.slice(at, from) + mark;
    at = to;
  }
  return safe + text.slice(at);
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
