import { randomBytes } from 'node:crypto';
import type { Problem } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { userErrors } from '../contract.ts';
import type { CodePurpose, UserRow, UsersReader, UsersWriter } from '../tables.ts';
import { isLive, newCode, sentCode } from './code-rules.ts';
import type { CodeLimits, LimitedMail } from './limits.ts';
import { findCodeByLink, lockCode, upsertCode } from './queries.ts';

const CODE_PURPOSE = 'users.code';
const LINK_PURPOSE = 'users.link';
const LINK_BYTES = 32;

/** What a mail contains; `code` is null while guesses are blocked. */
export interface IssuedCode {
  readonly code: string | null;
  readonly link: string;
}

type Owner = Pick<UserRow, 'id' | 'email'>;

const LIMITED: Record<CodePurpose, LimitedMail> = { verification: 'unproved', emailChange: 'unproved', reset: 'reset' };

export interface MailedCodesNeeds {
  readonly keys: Keys;
  readonly limits: CodeLimits;
  readonly now: () => Date;
}

/**
 * Six-digit codes that are mailed, each together with a link. They are bound to account, address and purpose, and stored
 * as HMAC. The caller of `create` holds the account's row (`lockLive`): of two concurrent requests the second finds the
 * code of the first.
 */
export function createMailedCodes({ keys, limits, now }: MailedCodesNeeds) {
  const boundCode = (purpose: CodePurpose, email: string, code: string) => `${purpose}\n${email}\n${code}`;
  const boundLink = (purpose: CodePurpose, token: string) => `${purpose}\n${token}`;

  /** A new code and link that replace the older ones; null while no mail may be sent to the address. */
  async function create(
    tx: UsersWriter,
    owner: Owner,
    purpose: CodePurpose,
    options: { readonly isUnasked: boolean },
  ): Promise<IssuedCode | null> {
    const allowed = await limits.mayMail(tx, LIMITED[purpose], owner.email, options);
    return allowed && make(tx, owner, purpose, { hasCode: !allowed.isBlocked });
  }

  /** The same without a limit: for somebody who has just proved the address. */
  async function make(
    tx: UsersWriter,
    { id, email }: Owner,
    purpose: CodePurpose,
    { hasCode }: { readonly hasCode: boolean },
  ): Promise<IssuedCode> {
    const issued = {
      code: hasCode ? newCode() : null,
      link: randomBytes(LINK_BYTES).toString('base64url'),
    };
    await upsertCode(tx, {
      ...sentCode(now()),
      userId: id,
      purpose,
      codeMac: issued.code === null ? null : keys.mac(CODE_PURPOSE, boundCode(purpose, email, issued.code)),
      linkMac: keys.mac(LINK_PURPOSE, boundLink(purpose, issued.link)),
    });
    return issued;
  }

  /**
   * Whether the code is valid at this time. A wrong guess counts for the address, and for an account that asks about the
   * addresses of others: the caller must let its unit commit.
   */
  async function check(tx: UsersWriter, { id, email }: Owner, purpose: CodePurpose, typed: string): Promise<boolean> {
    const row = await lockCode(tx, id, purpose);
    if (!row || !isLive(row, now())) return false; // nothing can be guessed: it must not block the next code
    const subjects = purpose === 'emailChange' ? [id, email] : [email];
    return limits.guess(tx, LIMITED[purpose], subjects, async () => {
      const given = boundCode(purpose, email, typed);
      return row.codeMac !== null && keys.isMac(CODE_PURPOSE, given, row.codeMac);
    });
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

  return { create, make, check, findLink, checkLink };
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
