import { randomBytes } from 'node:crypto';
import { toLatinDigits } from '#kernel/language.ts';
import type { Problem } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import {
  afterSending,
  afterWrongGuess,
  isBlocked,
  isCoolingDown,
  isLive,
  newCode,
  secondsToWait,
} from './code-rules.ts';
import { userErrors } from '../contract.ts';
import {
  findCodeByLink,
  lockCode,
  upsertCode,
  type Purpose,
  type Reader,
  type UserRow,
  type Writer,
} from '../queries.ts';

const CODE_PURPOSE = 'users.code';
const LINK_PURPOSE = 'users.link';
const LINK_BYTES = 32;

/** What a mail carries; `code` is null while guesses are blocked. */
export interface Issued {
  readonly code: string | null;
  readonly link: string;
}

/**
 * Six-digit codes, sent by mail and typed back, each beside a link. Bound to account and purpose, stored as HMAC. Whoever
 * sends holds the account's row (`lockUser`): of two mails that are asked for at once, the second finds the first.
 */
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
    if (before && isCoolingDown(before, at)) return null;
    const issued = {
      code: before && isBlocked(before, at) ? null : newCode(),
      link: randomBytes(LINK_BYTES).toString('base64url'),
    };
    await upsertCode(tx, {
      ...afterSending(before, at),
      userId: id,
      purpose,
      codeMac: issued.code === null ? null : keys.mac(CODE_PURPOSE, boundCode(purpose, email, issued.code)),
      linkMac: keys.mac(LINK_PURPOSE, boundLink(purpose, issued.link)),
    });
    return issued;
  }

  /** Until `create` makes a code that will be judged; 0 for now. */
  async function waitSeconds(tx: Writer, userId: string, purpose: Purpose): Promise<number> {
    const row = await lockCode(tx, userId, purpose);
    return row ? secondsToWait(row, now()) : 0;
  }

  /** For a mail that has no code: true once in a cooldown. */
  async function mayMail(tx: Writer, userId: string, purpose: Purpose): Promise<boolean> {
    const at = now();
    const before = await lockCode(tx, userId, purpose);
    if (before && isCoolingDown(before, at)) return false;
    await upsertCode(tx, { ...afterSending(before, at), userId, purpose, linkMac: null });
    return true;
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
    if (isRight && isLive(row, at)) return true;
    await upsertCode(tx, afterWrongGuess(row, at));
    return false;
  }

  /** Whose link it is; null for one that has expired, was used or replaced, or was never made. */
  async function findLink(db: Reader, purpose: Purpose, token: string): Promise<string | null> {
    const row = await findCodeByLink(db, keys.macs(LINK_PURPOSE, boundLink(purpose, token)));
    return row && isLive(row, now()) ? row.userId : null;
  }

  /** Whatever became of the guesses: 256 bits are not guessed. */
  async function checkLink(tx: Writer, userId: string, purpose: Purpose, token: string): Promise<boolean> {
    const row = await lockCode(tx, userId, purpose);
    return (
      row !== undefined &&
      row.linkMac !== null &&
      keys.isMac(LINK_PURPOSE, boundLink(purpose, token), row.linkMac) &&
      isLive(row, now())
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

  return { create, waitSeconds, mayMail, check, use, findLink, checkLink, spend };
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
