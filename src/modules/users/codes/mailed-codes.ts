import { randomBytes } from 'node:crypto';
import { toLatinDigits } from '#kernel/language.ts';
import type { Problem } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { userErrors } from '../contract.ts';
import type { CodePurpose, UserRow, UsersReader, UsersWriter } from '../tables.ts';
import {
  afterSending,
  afterWrongGuess,
  isBlocked,
  isCoolingDown,
  isLive,
  newCode,
  secondsToWait,
} from './code-rules.ts';
import { findCodeByLink, lockCode, upsertCode } from './queries.ts';

const CODE_PURPOSE = 'users.code';
const LINK_PURPOSE = 'users.link';
const LINK_BYTES = 32;

/** What a mail contains; `code` is null while guesses are blocked. */
export interface IssuedCode {
  readonly code: string | null;
  readonly link: string;
}

/**
 * Six-digit codes that are mailed, each together with a link. They are bound to account and purpose, and stored as
 * HMAC. The caller of `create` holds the account's row (`lockLive`): of two concurrent requests the second finds the
 * code of the first.
 */
export function createMailedCodes({ keys, now }: { keys: Keys; now: () => Date }) {
  const boundCode = (purpose: CodePurpose, email: string, code: string) => `${purpose}\n${email}\n${code}`;
  const boundLink = (purpose: CodePurpose, token: string) => `${purpose}\n${token}`;

  /** A new code and link that replace the older ones; null during the cooldown. */
  async function create(
    tx: UsersWriter,
    { id, email }: Pick<UserRow, 'id' | 'email'>,
    purpose: CodePurpose,
  ): Promise<IssuedCode | null> {
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

  /** Seconds until `create` makes a code that will be checked; 0 for now. */
  async function waitSeconds(tx: UsersWriter, userId: string, purpose: CodePurpose): Promise<number> {
    const row = await lockCode(tx, userId, purpose);
    return row ? secondsToWait(row, now()) : 0;
  }

  /** For a mail without a code: true once in a cooldown. */
  async function mayMail(tx: UsersWriter, userId: string, purpose: CodePurpose): Promise<boolean> {
    const at = now();
    const before = await lockCode(tx, userId, purpose);
    if (before && isCoolingDown(before, at)) return false;
    await upsertCode(tx, { ...afterSending(before, at), userId, purpose, linkMac: null });
    return true;
  }

  /** Whether the code is valid at this time. A wrong guess counts: the caller must let its unit commit. */
  async function check(
    tx: UsersWriter,
    { id, email }: Pick<UserRow, 'id' | 'email'>,
    purpose: CodePurpose,
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

  /** The account of the link; null for one that has expired, was used or replaced, or never existed. */
  async function findLink(db: UsersReader, purpose: CodePurpose, token: string): Promise<string | null> {
    const row = await findCodeByLink(db, keys.macs(LINK_PURPOSE, boundLink(purpose, token)));
    return row && isLive(row, now()) ? row.userId : null;
  }

  /** Also while guesses are blocked: 256 bits cannot be guessed. */
  async function checkLink(tx: UsersWriter, userId: string, purpose: CodePurpose, token: string): Promise<boolean> {
    const row = await lockCode(tx, userId, purpose);
    return (
      row !== undefined &&
      row.linkMac !== null &&
      keys.isMac(LINK_PURPOSE, boundLink(purpose, token), row.linkMac) &&
      isLive(row, now())
    );
  }

  /** After this neither the code nor the link works. */
  async function invalidate(tx: UsersWriter, userId: string, purpose: CodePurpose): Promise<void> {
    const row = await lockCode(tx, userId, purpose);
    if (row) await upsertCode(tx, { ...row, codeMac: null, linkMac: null, wrong: 0, blockedUntil: null });
  }

  /** True once for the right code. A wrong guess counts: the caller must let its unit commit. */
  async function use(
    tx: UsersWriter,
    user: Pick<UserRow, 'id' | 'email'>,
    purpose: CodePurpose,
    typed: string,
  ): Promise<boolean> {
    const isRight = await check(tx, user, purpose, typed);
    if (isRight) await invalidate(tx, user.id, purpose);
    return isRight;
  }

  return { create, waitSeconds, mayMail, check, use, findLink, checkLink, invalidate };
}

export type MailedCodes = ReturnType<typeof createMailedCodes>;

/** Records the refusal, and answers it as any other wrong code. */
export function refuseCode(
  { audit }: Pick<AnyUnit, 'audit'>,
  { id }: Pick<UserRow, 'id'>,
  purpose: CodePurpose,
): Problem {
  audit({
    action: 'users.code_refused',
    resourceType: 'user',
    resourceId: id,
    outcome: 'failure',
    payload: { purpose },
  });
  return userErrors.codeInvalid();
}
