import { createHash, randomBytes } from 'node:crypto';
import { kindOf } from '#kernel/forms/address.ts';
import type { Problem } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { userErrors } from '../contract.ts';
import type { CodePurpose, UserRow, UsersReader, UsersWriter } from '../tables.ts';
import { isLive, sentCode, toCode } from './code-rules.ts';
import { guessedBy, type CodeLimits, type LimitedMail } from './limits.ts';
import { findCodeByLink, lockCode, lockCodeByLink, upsertCode } from './queries.ts';

const CODE_PURPOSE = 'users.code';
const LINK_PURPOSE = 'users.link';
const DERIVED_PURPOSE = 'users.code_of_link';
const LINK_BYTES = 32;

/** What a mail contains; `code` is null while guesses are blocked. */
export interface IssuedCode {
  readonly code: string | null;
  readonly link: string;
}

/** An account, and the address that the code is sent to and bound to. */
export interface CodeOwner {
  readonly id: string;
  readonly address: string;
  /** Of a code to sign in: nobody has proved the address, so the limits of all unproved addresses apply. */
  readonly isUnproved?: boolean;
}

const LIMITED: Record<CodePurpose, LimitedMail> = {
  verification: 'unproved',
  addressChange: 'unproved',
  reset: 'reset',
  signIn: 'signIn',
};

function limitedOf({ isUnproved = false }: CodeOwner, purpose: CodePurpose): LimitedMail {
  return isUnproved ? 'unproved' : LIMITED[purpose];
}

export interface CodeOptions {
  /** Nobody who is signed in has asked for it. */
  readonly isUnasked: boolean;
  /** In which browser the link signs in. Default: in none. */
  readonly browser?: string | null;
  /** The known device that has asked: its wrong guesses are counted apart. Default: none. */
  readonly device?: string | null;
}

export interface MailedCodesNeeds {
  readonly keys: Keys;
  readonly limits: CodeLimits;
  readonly now: () => Date;
}

/**
 * Six-digit codes that are sent, each together with a link. They are bound to account, address and purpose, and stored
 * as HMAC. The caller of `create` holds the account's row (`lockLive`): of two concurrent requests the second finds the
 * code of the first.
 */
export function createMailedCodes({ keys, limits, now }: MailedCodesNeeds) {
  const boundCode = (purpose: CodePurpose, address: string, code: string) => `${purpose}\n${address}\n${code}`;
  const boundLink = (purpose: CodePurpose, token: string) => `${purpose}\n${token}`;

  /** A new code and link that replace the older ones; null while nothing may be sent to the address. */
  async function create(
    tx: UsersWriter,
    owner: CodeOwner,
    purpose: CodePurpose,
    { isUnasked, browser = null, device = null }: CodeOptions,
  ): Promise<IssuedCode | null> {
    const allowed = await limits.mayMail(tx, limitedOf(owner, purpose), owner.address, { isUnasked, device });
    return allowed && make(tx, owner, purpose, { hasCode: !allowed.isBlocked, browser });
  }

  /** The same without a limit: for somebody who has just proved the address. */
  async function make(
    tx: UsersWriter,
    { id, address }: CodeOwner,
    purpose: CodePurpose,
    { hasCode, browser = null }: { readonly hasCode: boolean; readonly browser?: string | null },
  ): Promise<IssuedCode> {
    const link = randomBytes(LINK_BYTES).toString('base64url');
    const code = hasCode ? codeOf(purpose, link) : null;
    await upsertCode(tx, {
      ...sentCode(now()),
      userId: id,
      purpose,
      kind: kindOf(address),
      codeMac: code === null ? null : keys.mac(CODE_PURPOSE, boundCode(purpose, address, code)),
      linkMac: keys.mac(LINK_PURPOSE, boundLink(purpose, link)),
      browser,
    });
    return { code, link };
  }

  /** Six digits that follow from the token of the link alone, which is random: who opens the link can be shown the code. */
  function codeOf(purpose: CodePurpose, link: string): string {
    return toCode(
      createHash('sha256')
        .update(`${DERIVED_PURPOSE}\n${boundLink(purpose, link)}`)
        .digest(),
    );
  }

  /**
   * Whether the code is valid at this time. A wrong guess counts for the address, and for an account that asks about the
   * addresses of others: the caller must let its unit commit. Those of a known device (`device`) are counted apart, so that
   * strangers who guess cannot keep the owner out.
   */
  async function check(
    tx: UsersWriter,
    owner: CodeOwner,
    purpose: CodePurpose,
    typed: string,
    device: string | null = null,
  ): Promise<boolean> {
    const { id, address } = owner;
    const row = await lockCode(tx, id, purpose, kindOf(address));
    if (!row || !isLive(row, now())) return false; // nothing can be guessed: it must not block the next code
    const subjects = purpose === 'addressChange' ? [id, address] : [guessedBy(address, device)];
    return limits.guess(tx, limitedOf(owner, purpose), subjects, async () => {
      const given = boundCode(purpose, address, typed);
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
    const row = await lockCodeByLink(tx, userId, keys.macs(LINK_PURPOSE, boundLink(purpose, token)));
    return row !== undefined && isLive(row, now());
  }

  /** The code beside a valid link, and the browser in which the link signs in; null for an invalid one. */
  async function openLink(
    tx: UsersWriter,
    userId: string,
    purpose: CodePurpose,
    token: string,
  ): Promise<{ readonly code: string | null; readonly browser: string | null } | null> {
    const row = await lockCodeByLink(tx, userId, keys.macs(LINK_PURPOSE, boundLink(purpose, token)));
    if (!row || !isLive(row, now())) return null;
    return { code: row.codeMac === null ? null : codeOf(purpose, token), browser: row.browser };
  }

  return { create, make, check, findLink, checkLink, openLink };
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
