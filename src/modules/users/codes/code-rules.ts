import { randomInt } from 'node:crypto';
import type { CodeSent } from '../schemas.ts';
import type { CodeLimitRow, CodeState } from '../tables.ts';

export const CODE_MINUTES = 10;
export const COOLDOWN_SECONDS = 60;
const CODES = 1_000_000;
const MINUTE_MS = 60_000;
const COOLDOWN_MS = COOLDOWN_SECONDS * 1000;
const MAX_WRONG = 5;
const BLOCK_MS = 15 * MINUTE_MS;

export function newCode(): string {
  return toDigits(randomInt(CODES));
}

/** The same from a random text: its first 48 bits decide. */
export function toCode(random: Buffer): string {
  return toDigits(random.readUIntBE(0, 6) % CODES);
}

function toDigits(number: number): string {
  return String(number).padStart(6, '0');
}

/** When a code that is sent at `at` ends. */
export function endOfCode(at: Date): Date {
  return new Date(at.getTime() + CODE_MINUTES * MINUTE_MS);
}

export const noGuesses = { wrong: 0, blockedUntil: null };

/** A code that is sent at `at`, without its MAC. */
export function sentCode(at: Date): Pick<CodeState, 'expiresAt' | 'sentAt'> {
  return { expiresAt: endOfCode(at).toISOString(), sentAt: at.toISOString() };
}

/** Wrong guesses at the codes before still count. */
export function afterSending(limit: CodeLimitRow, at: Date): CodeLimitRow {
  const sentAt = at.toISOString();
  return isWindowOver(limit, at) ? { ...limit, ...noGuesses, windowAt: sentAt, sentAt } : { ...limit, sentAt };
}

/** The fifth wrong guess of a window blocks. */
export function afterWrongGuess(limit: CodeLimitRow, at: Date): CodeLimitRow {
  const counted = isWindowOver(limit, at)
    ? { wrong: 1, windowAt: at.toISOString() }
    : { wrong: limit.wrong + 1, windowAt: limit.windowAt };
  const blockedUntil = counted.wrong >= MAX_WRONG ? new Date(at.getTime() + BLOCK_MS).toISOString() : null;
  return { ...limit, ...counted, blockedUntil };
}

/** A mail with a time in the future was sent before the clock was set back: it must not block mails until then. */
export function isCoolingDown({ sentAt }: Pick<CodeLimitRow, 'sentAt'>, at: Date): boolean {
  return sentAt !== null && Math.abs(at.getTime() - Date.parse(sentAt)) < COOLDOWN_MS;
}

/**
 * Not expired. A code with a time in the future counts as expired, since its real age is unknown; a minute is tolerated,
 * since the clocks of two nodes may differ.
 */
export function isLive({ sentAt, expiresAt }: CodeState, at: Date): boolean {
  return at.getTime() - Date.parse(sentAt) > -COOLDOWN_MS && at < new Date(expiresAt);
}

export function isBlocked({ blockedUntil }: Pick<CodeLimitRow, 'blockedUntil'>, at: Date): boolean {
  return blockedUntil !== null && at < new Date(blockedUntil);
}

/** Seconds until a code can be sent that will be checked; 0 for now. */
export function secondsToWait(limit: CodeLimitRow, at: Date): number {
  const { sentAt, blockedUntil } = limit;
  const cooledAtMs = sentAt !== null && isCoolingDown(limit, at) ? Date.parse(sentAt) + COOLDOWN_MS : 0;
  const openAtMs = blockedUntil === null ? 0 : Date.parse(blockedUntil);
  return Math.max(0, Math.ceil((Math.max(cooledAtMs, openAtMs) - at.getTime()) / 1000));
}

/** Wrong guesses no longer count after a block, or when their window is over. */
function isWindowOver({ blockedUntil, windowAt }: CodeLimitRow, at: Date): boolean {
  return blockedUntil !== null ? at >= new Date(blockedUntil) : at.getTime() - Date.parse(windowAt) >= BLOCK_MS;
}

/** The answer of every call that may have sent a code. */
export function codeSent(at: Date): CodeSent {
  const expiresAtUtc = new Date(at.getTime() + CODE_MINUTES * MINUTE_MS).toISOString();
  return { verificationRequired: true, expiresAtUtc, resendAfterSeconds: COOLDOWN_SECONDS };
}
