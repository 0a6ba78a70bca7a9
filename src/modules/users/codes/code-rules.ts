import { randomInt } from 'node:crypto';
import type { CodeSent } from '../schemas.ts';
import type { CodeState } from '../tables.ts';

export const CODE_MINUTES = 10;
export const COOLDOWN_SECONDS = 60;
const MINUTE_MS = 60_000;
const COOLDOWN_MS = COOLDOWN_SECONDS * 1000;
const MAX_WRONG = 5;
const BLOCK_MS = 15 * MINUTE_MS;

export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** The state with a new code, which has no MAC yet. Wrong guesses at the code before still count. */
export function afterSending(before: CodeState | undefined, at: Date): CodeState {
  const counted = before && !isWindowOver(before, at) ? before : { wrong: 0, windowAt: null, blockedUntil: null };
  return {
    codeMac: null,
    expiresAt: new Date(at.getTime() + CODE_MINUTES * MINUTE_MS).toISOString(),
    sentAt: at.toISOString(),
    wrong: counted.wrong,
    windowAt: counted.windowAt ?? at.toISOString(),
    blockedUntil: counted.blockedUntil,
  };
}

/** The fifth wrong guess of a window blocks. */
export function afterWrongGuess<S extends CodeState>(state: S, at: Date): S {
  const counted = isWindowOver(state, at)
    ? { wrong: 1, windowAt: at.toISOString() }
    : { wrong: state.wrong + 1, windowAt: state.windowAt };
  const blockedUntil = counted.wrong >= MAX_WRONG ? new Date(at.getTime() + BLOCK_MS).toISOString() : null;
  return { ...state, ...counted, blockedUntil };
}

/** A code with a time in the future was sent before the clock was set back: it must not block mails until then. */
export function isCoolingDown({ sentAt }: CodeState, at: Date): boolean {
  return Math.abs(at.getTime() - Date.parse(sentAt)) < COOLDOWN_MS;
}

/**
 * Not expired. A code with a time in the future counts as expired, since its real age is unknown; a minute is tolerated,
 * since the clocks of two nodes may differ.
 */
export function isLive({ sentAt, expiresAt }: Pick<CodeState, 'sentAt' | 'expiresAt'>, at: Date): boolean {
  return at.getTime() - Date.parse(sentAt) > -COOLDOWN_MS && at < new Date(expiresAt);
}

export function isBlocked({ blockedUntil }: CodeState, at: Date): boolean {
  return blockedUntil !== null && at < new Date(blockedUntil);
}

/** Seconds until a code can be sent that will be checked; 0 for now. */
export function secondsToWait(state: CodeState, at: Date): number {
  const cooledAtMs = isCoolingDown(state, at) ? Date.parse(state.sentAt) + COOLDOWN_MS : 0;
  const openAtMs = state.blockedUntil === null ? 0 : Date.parse(state.blockedUntil);
  return Math.max(0, Math.ceil((Math.max(cooledAtMs, openAtMs) - at.getTime()) / 1000));
}

/** Wrong guesses no longer count after a block, or when their window is over. */
function isWindowOver({ blockedUntil, windowAt }: CodeState, at: Date): boolean {
  return blockedUntil !== null ? at >= new Date(blockedUntil) : at.getTime() - Date.parse(windowAt) >= BLOCK_MS;
}

/** The answer of every call that may have sent a code. */
export function codeSent(at: Date): CodeSent {
  const expiresAtUtc = new Date(at.getTime() + CODE_MINUTES * MINUTE_MS).toISOString();
  return { verificationRequired: true, expiresAtUtc, resendAfterSeconds: COOLDOWN_SECONDS };
}
