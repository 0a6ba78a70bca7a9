import { toLatinDigits } from '#kernel/language.ts';
import { afterSending, afterWrongGuess, isBlocked, isCoolingDown, isLive, newCode } from '../codes/code-rules.ts';
import type { UsersNeeds } from '../needs.ts';
import type { UsersWriter } from '../tables.ts';
import { deleteExternalCodes, lockExternalCode, upsertExternalCode } from './queries.ts';

const ADDRESS_PURPOSE = 'users.external_address';
const CODE_PURPOSE = 'users.external_email';
const KEPT_MS = 86_400_000; // far longer than any block

/**
 * Codes for addresses that an external provider has not verified. The rules of all codes apply: one mail a minute, and
 * five wrong guesses over all codes of an address, also of different sign-ins.
 */
export function createExternalEmailCodes({ keys, now }: Pick<UsersNeeds, 'keys' | 'now'>) {
  const addressMacOf = (email: string) => keys.mac(ADDRESS_PURPOSE, email);
  const bound = (email: string, code: string) => `${email}\n${code}`;

  /**
   * Part of the caller's unit: a code to be mailed, which replaces the older one. Null during the cooldown, when the
   * code before stays right, and while guesses are blocked. `isTaken`: the address has an account, and no code is
   * right.
   */
  async function create(tx: UsersWriter, email: string, isTaken: boolean): Promise<string | null> {
    const at = now();
    const addressMac = addressMacOf(email);
    const before = await lockExternalCode(tx, addressMac);
    if (before && (isCoolingDown(before, at) || isBlocked(before, at))) return null;
    const code = newCode();
    const codeMac = isTaken ? null : keys.mac(CODE_PURPOSE, bound(email, code));
    await upsertExternalCode(tx, { ...afterSending(before, at), addressMac, codeMac });
    return code;
  }

  /** True once for the right code. A wrong guess counts: the caller must let its unit commit. */
  async function use(tx: UsersWriter, email: string, typed: string): Promise<boolean> {
    const at = now();
    const row = await lockExternalCode(tx, addressMacOf(email));
    if (!row || isBlocked(row, at)) return false;
    const given = bound(email, toLatinDigits(typed));
    const isRight = row.codeMac !== null && keys.isMac(CODE_PURPOSE, given, row.codeMac) && isLive(row, at);
    await upsertExternalCode(tx, isRight ? { ...row, codeMac: null, wrong: 0 } : afterWrongGuess(row, at));
    return isRight;
  }

  async function deleteOld(tx: UsersWriter): Promise<void> {
    await deleteExternalCodes(tx, new Date(now().getTime() - KEPT_MS).toISOString());
  }

  return { create, use, deleteOld };
}

export type ExternalEmailCodes = ReturnType<typeof createExternalEmailCodes>;
