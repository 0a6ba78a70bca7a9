import { PASSWORD_LENGTH, userErrors } from '../contract.ts';
import { localPart } from '../email.ts';
import type { CharacterClass } from '../needs.ts';

const MIN_NAME = 3; // "a" or "al" is in most good passwords: forbidding it would be a composition rule
const MIN_UNIT = 4; // a repetition of fewer characters (aaaa…, abab…) counts as common

/** By default an installation requires none (NIST SP 800-63B-4). */
const CLASSES = {
  lower: /\p{Ll}/u,
  upper: /\p{Lu}/u,
  digit: /\p{Nd}/u,
  symbol: /[^\p{L}\p{M}\p{N}\s]/u,
} satisfies Record<CharacterClass, RegExp>;

const RULE_OF = { lower: 'needsLower', upper: 'needsUpper', digit: 'needsDigit', symbol: 'needsSymbol' } as const;

/** The rules for new passwords. `required` are the composition rules of this installation. */
export function createPasswordRules(required: readonly CharacterClass[]) {
  let common: Promise<string> | undefined;

  async function isListed(word: string): Promise<boolean> {
    common ??= loadCommon();
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
     * `needsDigit`, `needsSymbol`, `containsName` or `common`.
     */
    async check(password: string, email: string): Promise<void> {
      const normal = normalisePassword(password);
      const length = Array.from(normal).length; // in characters, as the schema counts
      if (length < PASSWORD_LENGTH.least) throw passwordRefused('tooShort', { least: PASSWORD_LENGTH.least });
      if (length > PASSWORD_LENGTH.most) throw passwordRefused('tooLong', { most: PASSWORD_LENGTH.most });
      for (const name of required) if (!CLASSES[name].test(normal)) throw passwordRefused(RULE_OF[name]);
      const name = localPart(email);
      if (name.length >= MIN_NAME && normal.toLowerCase().includes(name)) throw passwordRefused('containsName');
      if (await isCommon(normal)) throw passwordRefused('common');
    },
  };
}

export type PasswordRules = ReturnType<typeof createPasswordRules>;

/** One password can be typed in several Unicode forms. */
export function normalisePassword(password: string): string {
  return password.normalize('NFC');
}

export function passwordRefused(rule: string, details: Record<string, unknown> = {}) {
  return userErrors.passwordRefused({ rule, ...details });
}

/** `abcabc` → `abc`; a text without repetition stays as it is. */
function repeatedUnit(text: string): string {
  const period = (text + text).indexOf(text, 1); // a text that repeats is found in its own double before its end
  return text.slice(0, period);
}

/** 49,233 words as one text of 400 KB, loaded when first needed: a set of them would take ten times that. */
async function loadCommon(): Promise<string> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return `\n${dictionary['passwords-common'].join('\n')}\n`;
}
