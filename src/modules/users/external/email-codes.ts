import { toLatinDigits } from '#kernel/language.ts';
import { afterSending, afterWrongGuess, isBlocked, isCoolingDown, isLive, newCode } from '../codes/code-rules.ts';
import type { UsersNeeds } from '../needs.ts';
import type { Writer } from '../queries.ts';
import { lockExternalCode, upsertExternalCode } from './queries.ts';

const ADDRESS_PURPOSE = 'users.external_address';
const CODE_PURPOSE = 'users.external_email';

/**
 * Codes for addresses that another provider does not vouch for. They obey the rules of all codes: one mail a minute, and
 * five wrong guesses over all codes of an address, whoever asked for them.
 */
export function createEmailCodes({ keys, now }: Pick<UsersNeeds, 'keys' | 'now'>) {
  const addressMacOf = (email: string) => keys.mac(ADDRESS_PURPOSE, email);
  const bound = (email: string, code: string) => `${email}\n${code}`;

  /**
   * Part of the caller's unit: a code to be mailed, which replaces the older one. Null during the cooldown, when the one
   * before is under way and stays right, and while guesses are blocked. `isTaken`: the address has an account, and no
   * code is right.
   */
  async function create(tx: Writer, email: string, isTaken: boolean): Promise<string | null> {
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
  async function use(tx: Writer, email: string, typed: string): Promise<boolean> {
    const at = now();
    const row = await lockExternalCode(tx, addressMacOf(email));
    if (!row || isBlocked(row, at)) return false;
    const given = bound(email, toLatinDigits(typed));
    const isRight = row.codeMac !== null && keys.isMac(CODE_PURPOSE, given, row.codeMac) && isLive(row, at);
    await upsertExternalCode(tx, isRight ? { ...row, codeMac: null, wrong: 0 } : afterWrongGuess(row, at));
    return isRight;
  }

  return { create, use };
}
