import { PASSWORD_LENGTH, userErrors } from '../contract.ts';
import { localPart } from '../email.ts';

const SHORTEST_NAME = 3; // "a" or "al" is in most good passwords: forbidding it would be a rule of composition
const SHORTEST_UNIT = 4; // what repeats less than this (aaaa…, abab…) is as good as common

/** Classes of characters that an installation may demand; none by default (NIST SP 800-63B-4). */
const CLASSES = { lower: /\p{Ll}/u, upper: /\p{Lu}/u, digit: /\p{Nd}/u, symbol: /[^\p{L}\p{M}\p{N}\s]/u };
export type CharacterClass = keyof typeof CLASSES;

const RULE_OF = { lower: 'needsLower', upper: 'needsUpper', digit: 'needsDigit', symbol: 'needsSymbol' } as const;

/** What a new password must be. `demanded` are the composition rules of this installation. */
export function createPasswordRules(demanded: readonly CharacterClass[]) {
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
      if (word === '') continue; // digits and punctuation alone are judged as a whole
      if (word.length < SHORTEST_UNIT && word !== bare) return true;
      if (await isListed(word)) return true;
    }
    return false;
  }

  return {
    /**
     * @throws `users.password_refused` that names the rule: `tooShort`, `tooLong`, `needsLower`, `needsUpper`,
     * `needsDigit`, `needsSymbol`, `containsName` or `common`.
     */
    async check(password: string, email: string): Promise<void> {
      const normal = normalisePassword(password);
      const length = Array.from(normal).length; // in characters, as the schema counts
      if (length < PASSWORD_LENGTH.least) throw refused('tooShort', { least: PASSWORD_LENGTH.least });
      if (length > PASSWORD_LENGTH.most) throw refused('tooLong', { most: PASSWORD_LENGTH.most });
      for (const name of demanded) if (!CLASSES[name].test(normal)) throw refused(RULE_OF[name]);
      const name = localPart(email);
      if (name.length >= SHORTEST_NAME && normal.toLowerCase().includes(name)) throw refused('containsName');
      if (await isCommon(normal)) throw refused('common');
    },
  };
}

export type PasswordRules = ReturnType<typeof createPasswordRules>;

/** One password can be typed in several Unicode forms. */
export function normalisePassword(password: string): string {
  return password.normalize('NFC');
}

export function refused(rule: string, details: Record<string, unknown> = {}) {
  return userErrors.passwordRefused({ rule, ...details });
}

/** `abcabc` → `abc`; what repeats nothing stays whole. */
function repeatedUnit(text: string): string {
  const period = (text + text).indexOf(text, 1); // a text that repeats is found in its own double before its end
  return text.slice(0, period);
}

/** 49,233 words as one text of 400 KB, loaded when first needed: a set of them would take ten times that. */
async function loadCommon(): Promise<string> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return `\n${dictionary['passwords-common'].join('\n')}\n`;
}
