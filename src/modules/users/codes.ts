import { randomInt, timingSafeEqual } from 'node:crypto';
import { toLatinDigits } from '#kernel/language.ts';
import type { Problem } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { userErrors } from './contract.ts';
import { lockCode, upsertCode, type CodeRow, type Purpose, type UserRow, type Writer } from './queries.ts';

export const CODE_MINUTES = 10;
export const COOLDOWN_SECONDS = 60;
const MAX_WRONG = 5;
const BLOCK_MS = 15 * 60_000;
const PURPOSE = 'users.code';

/** Six-digit codes, sent by mail and typed back. Bound to address and purpose, stored only as HMAC. */
export function createCodes({ keys, now }: { keys: Keys; now: () => Date }) {
  const macOf = (purpose: Purpose, email: string, code: string) => keys.mac(PURPOSE, `${purpose}\n${email}\n${code}`);

  /** A new code that replaces the older one; null during the cooldown and while guesses are blocked. */
  async function create(
    tx: Writer,
    { id, email }: Pick<UserRow, 'id' | 'email'>,
    purpose: Purpose,
  ): Promise<string | null> {
    const at = now();
    const before = await lockCode(tx, id, purpose);
    if (before && at.getTime() - Date.parse(before.sentAt) < COOLDOWN_SECONDS * 1000) return null;
    if (before && isBlocked(before, at)) return null;
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const counted =
      before && !isWindowOver(before, at)
        ? { wrong: before.wrong, windowAt: before.windowAt }
        : { wrong: 0, windowAt: at.toISOString() };
    await upsertCode(tx, {
      userId: id,
      purpose,
      codeMac: macOf(purpose, email, code),
      expiresAt: new Date(at.getTime() + CODE_MINUTES * 60_000).toISOString(),
      sentAt: at.toISOString(),
      blockedUntil: null,
      ...counted,
    });
    return code;
  }

  /** True once for the right code. A wrong guess counts: the caller must let its unit commit. */
  async function use(
    tx: Writer,
    { id, email }: Pick<UserRow, 'id' | 'email'>,
    purpose: Purpose,
    typed: string,
  ): Promise<boolean> {
    const at = now();
    const row = await lockCode(tx, id, purpose);
    if (!row || isBlocked(row, at)) return false;
    const isRight = row.codeMac !== null && timingSafeEqual(row.codeMac, macOf(purpose, email, toLatinDigits(typed)));
    if (isRight && at < new Date(row.expiresAt)) {
      await upsertCode(tx, { ...row, codeMac: null, wrong: 0, blockedUntil: null });
      return true;
    }
    await upsertCode(tx, countWrong(row, at));
    return false;
  }

  return { create, use };
}

export type Codes = ReturnType<typeof createCodes>;

/** Recorded, and answered as any wrong code is. */
export function refuseCode({ audit }: Pick<AnyUnit, 'audit'>, { id }: Pick<UserRow, 'id'>, purpose: Purpose): Problem {
  audit({
    action: 'users.code_refused',
    resourceType: 'user',
    resourceId: id,
    outcome: 'failure',
    payload: { purpose },
  });
  return userErrors.codeInvalid();
}

function countWrong(row: CodeRow, at: Date): CodeRow {
  const counted = isWindowOver(row, at)
    ? { wrong: 1, windowAt: at.toISOString() }
    : { wrong: row.wrong + 1, windowAt: row.windowAt };
  const blockedUntil = counted.wrong >= MAX_WRONG ? new Date(at.getTime() + BLOCK_MS).toISOString() : null;
  return { ...row, ...counted, blockedUntil };
}

function isBlocked({ blockedUntil }: CodeRow, at: Date): boolean {
  return blockedUntil !== null && at < new Date(blockedUntil);
}

/** Guesses are forgotten after a block, or when they began long enough ago. */
function isWindowOver({ blockedUntil, windowAt }: CodeRow, at: Date): boolean {
  return blockedUntil !== null ? at >= new Date(blockedUntil) : at.getTime() - Date.parse(windowAt) >= BLOCK_MS;
}
