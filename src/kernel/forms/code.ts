import { toLatinDigits } from '../language.ts';

/** What people and programs put between the characters of a code: spaces, line ends, hyphens, direction marks. */
const SEPARATORS = /[\s\p{Z}\p{Cf}\p{Pd}\u2212]/gu;

/** Of recovery codes: without characters that look alike on paper. */
export const RECOVERY_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
/** 24 characters are 118 bits: as strong as a key. */
export const RECOVERY_LENGTH = 24;
const RECOVERY_CODE = new RegExp(`^[${RECOVERY_ALPHABET}]{${RECOVERY_LENGTH}}$`);

/** Six Latin digits, from digits of any keyboard, with or without separators; null for anything else. */
export function parseDigits(typed: string): string | null {
  const plain = toPlain(typed);
  return /^\d{6}$/.test(plain) ? plain : null;
}

/** The same, or a recovery code without separators in small letters. */
export function parseFactorCode(typed: string): string | null {
  const plain = toPlain(typed);
  return /^\d{6}$/.test(plain) || RECOVERY_CODE.test(plain) ? plain : null;
}

function toPlain(typed: string): string {
  return toLatinDigits(typed.replace(SEPARATORS, '').normalize('NFKC')).toLowerCase();
}
