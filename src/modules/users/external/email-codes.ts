import { randomInt } from 'node:crypto';
import { COOLDOWN_SECONDS } from '../codes.ts';
import type { UsersNeeds } from '../needs.ts';
import type { Writer } from '../queries.ts';
import { lockExternalCode, updateExternalCode } from './identity-queries.ts';

const ADDRESS_PURPOSE = 'users.external_address';
export const EXTERNAL_EMAIL_PURPOSE = 'users.external_email';

export interface EmailCode {
  /** What the right answer has; null where none is right. */
  readonly mac: Buffer | null;
  /** To be mailed; null while the one before is under way, which stays right. */
  readonly code: string | null;
}

/** Codes for addresses that another provider does not vouch for: one mail a minute, however often it is asked for. */
export function createEmailCodes({ keys, now }: Pick<UsersNeeds, 'keys' | 'now'>) {
  /** Part of the caller's unit. `isTaken`: the address has an account. */
  async function create(tx: Writer, email: string, isTaken: boolean): Promise<EmailCode> {
    const at = now();
    const addressMac = keys.mac(ADDRESS_PURPOSE, email);
    const before = await lockExternalCode(tx, addressMac);
    if (at.getTime() - Date.parse(before.sentAt) < COOLDOWN_SECONDS * 1000)
      return { mac: isTaken ? null : before.codeMac, code: null };
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const codeMac = isTaken ? null : keys.mac(EXTERNAL_EMAIL_PURPOSE, `${email}\n${code}`);
    await updateExternalCode(tx, { addressMac, codeMac, sentAt: at.toISOString() });
    return { mac: codeMac, code };
  }

  return { create };
}
