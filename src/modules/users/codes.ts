import { randomBytes, randomInt } from 'node:crypto';
import { toLatinDigits } from '#kernel/language.ts';
import type { Problem } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { userErrors } from './contract.ts';
import {
  findCodeByLink,
  lockCode,
  upsertCode,
  type CodeRow,
  type Purpose,
  type Reader,
  type UserRow,
  type Writer,
} from './queries.ts';

export const CODE_MINUTES = 10;
export const COOLDOWN_SECONDS = 60;
const MINUTE_MS = 60_000;
const MAX_WRONG = 5;
const BLOCK_MS = 15 * MINUTE_MS;
const CODE_PURPOSE = 'users.code';
const LINK_PURPOSE = 'users.link';
const LINK_BYTES = 32;

/** What a mail carries; `code` is null while guesses are blocked. */
export interface Issued {
  readonly code: string | null;
  readonly link: string;
}

/** Six-digit codes, sent by mail and typed back, each beside a link. Bound to account and purpose, stored as HMAC. */
export function createCodes({ keys, now }: { keys: Keys; now: () => Date }) {
  const boundCode = (purpose: Purpose, email: string, code: string) => `${purpose}\n${email}\n${code}`;
  const boundLink = (purpose: Purpose, token: string) => `${purpose}\n${token}`;

  /** A new code and link that replace the older ones; null during the cooldown. */
  async function create(
    tx: Writer,
    { id, email }: Pick<UserRow, 'id' | 'email'>,
    purpose: Purpose,
  ): Promise<Issued | null> {
    const at = now();
    const before = await lockCode(tx, id, purpose);
    if (before && at.getTime() - Date.parse(before.sentAt) < COOLDOWN_SECONDS * 1000) return null;
    const hasCode = !(before && isBlocked(before, at));
    const issued = {
      code: hasCode ? String(randomInt(1_000_000)).padStart(6, '0') : null,
      link: randomBytes(LINK_BYTES).toString('base64url'),
    };
    const isCounted = before && !isWindowOver(before, at);
    await upsertCode(tx, {
      userId: id,
      purpose,
      codeMac: issued.code === null ? null : keys.mac(CODE_PURPOSE, boundCode(purpose, email, issued.code)),
      linkMac: keys.mac(LINK_PURPOSE, boundLink(purpose, issued.link)),
      expiresAt: new Date(at.getTime() + CODE_MINUTES * MINUTE_MS).toISOString(),
      sentAt: at.toISOString(),
      wrong: isCounted ? before.wrong : 0,
      windowAt: isCounted ? before.windowAt : at.toISOString(),
      blockedUntil: isCounted ? before.blockedUntil : null,
    });
    return issued;
  }

  /** Whether the code is right now. A wrong guess counts: the caller must let its unit commit. */
  async function check(
    tx: Writer,
    { id, email }: Pick<UserRow, 'id' | 'email'>,
    purpose: Purpose,
    typed: string,
  ): Promise<boolean> {
    const at = now();
    const row = await lockCode(tx, id, purpose);
    if (!row || isBlocked(row, at)) return false;
    const given = boundCode(purpose, email, toLatinDigits(typed));
    const isRight = row.codeMac !== null && keys.isMac(CODE_PURPOSE, given, row.codeMac);
    if (isRight && at < new Date(row.expiresAt)) return true;
    await upsertCode(tx, countWrong(row, at));
    return false;
  }

  /** Whose link it is; null for one that has expired, was used or replaced, or was never made. */
  async function findLink(db: Reader, purpose: Purpose, token: string): Promise<string | null> {
    const row = await findCodeByLink(db, keys.macs(LINK_PURPOSE, boundLink(purpose, token)));
    return row && now() < new Date(row.expiresAt) ? row.userId : null;
  }

  /** Whatever became of the guesses: 256 bits are not guessed. */
  async function checkLink(tx: Writer, userId: string, purpose: Purpose, token: string): Promise<boolean> {
    const row = await lockCode(tx, userId, purpose);
    return (
      row !== undefined &&
      row.linkMac !== null &&
      keys.isMac(LINK_PURPOSE, boundLink(purpose, token), row.linkMac) &&
      now() < new Date(row.expiresAt)
    );
  }

  /** Neither the code nor the link works again. */
  async function spend(tx: Writer, userId: string, purpose: Purpose): Promise<void> {
    const row = await lockCode(tx, userId, purpose);
    if (row) await upsertCode(tx, { ...row, codeMac: null, linkMac: null, wrong: 0, blockedUntil: null });
  }

  /** True once for the right code. A wrong guess counts: the caller must let its unit commit. */
  async function use(
    tx: Writer,
    user: Pick<UserRow, 'id' | 'email'>,
    purpose: Purpose,
    typed: string,
  ): Promise<boolean> {
    const isRight = await check(tx, user, purpose, typed);
    if (isRight) await spend(tx, user.id, purpose);
    return isRight;
  }

  return { create, check, use, findLink, checkLink, spend };
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
