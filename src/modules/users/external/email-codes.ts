import { isLive, newCode, sentCode } from '../codes/code-rules.ts';
import type { CodeLimits } from '../codes/limits.ts';
import type { UsersNeeds } from '../needs.ts';
import type { UsersWriter } from '../tables.ts';
import { deleteExternalCodes, findExternalCode, lockExternalCode, upsertExternalCode } from './queries.ts';

const ADDRESS_PURPOSE = 'users.external_address';
const CODE_PURPOSE = 'users.external_email';
const KEPT_MS = 86_400_000; // far longer than a code is valid

export interface ExternalEmailCodesNeeds extends Pick<UsersNeeds, 'keys' | 'now'> {
  readonly limits: CodeLimits;
}

/**
 * Codes for addresses that an external provider has not verified. One code of an address is valid, for every sign-in that
 * waits for it; the limits of all unproved addresses apply.
 */
export function createExternalEmailCodes({ keys, limits, now }: ExternalEmailCodesNeeds) {
  const addressMacOf = (email: string) => keys.mac(ADDRESS_PURPOSE, email);
  const bound = (email: string, code: string) => `${email}\n${code}`;

  /**
   * Part of the caller's unit: a code to be mailed, which replaces the older one. Null while none may be mailed: then the
   * code before stays right. `isTaken`: the address has an account, and no code is right.
   */
  async function create(tx: UsersWriter, email: string, isTaken: boolean): Promise<string | null> {
    const allowed = await limits.mayMail(tx, 'unproved', email, { isUnasked: true });
    if (!allowed || allowed.isBlocked) return null;
    const code = newCode();
    const codeMac = isTaken ? null : keys.mac(CODE_PURPOSE, bound(email, code));
    await upsertExternalCode(tx, { ...sentCode(now()), addressMac: addressMacOf(email), codeMac });
    return code;
  }

  /** True once for the right code. A wrong guess counts: the caller must let its unit commit. */
  async function use(tx: UsersWriter, email: string, typed: string): Promise<boolean> {
    const sent = await findExternalCode(tx, addressMacOf(email));
    if (!sent || !isLive(sent, now())) return false; // nothing can be guessed: it must not block the next code
    return limits.guess(tx, 'unproved', [email], async () => {
      const row = await lockExternalCode(tx, addressMacOf(email));
      if (!row || row.codeMac === null || !isLive(row, now())) return false;
      if (!keys.isMac(CODE_PURPOSE, bound(email, typed), row.codeMac)) return false;
      await upsertExternalCode(tx, { ...row, codeMac: null });
      return true;
    });
  }

  function deleteOld(tx: UsersWriter, limit: number): Promise<number> {
    return deleteExternalCodes(tx, new Date(now().getTime() - KEPT_MS).toISOString(), limit);
  }

  return { create, use, deleteOld };
}

export type ExternalEmailCodes = ReturnType<typeof createExternalEmailCodes>;
