import { randomInt } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { RECOVERY_ALPHABET, RECOVERY_LENGTH } from '#kernel/forms/code.ts';
import { userErrors } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockOwn } from '../queries.ts';
import { RECOVERY_CODE_PURPOSE } from '../secrets.ts';
import type { UsersReader } from '../tables.ts';
import type { FactorNotices } from './notices.ts';
import {
  findConfirmedTotp,
  listPasskeys,
  listRecoveryCodes,
  replaceRecoveryCodes,
  useRecoveryCode,
} from './queries.ts';

const COUNT = 10;
const GROUP_LENGTH = 6;

export interface RecoveryCodesNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'now'> {
  readonly notices: FactorNotices;
}

/** Ten codes to print, each for one sign-in without the second factor. Stored only as HMAC. */
export function createRecoveryCodes({ db, keys, now, notices }: RecoveryCodesNeeds) {
  const macOf = (userId: string, code: string) => keys.mac(RECOVERY_CODE_PURPOSE, `${userId}\n${code}`);

  async function make(unit: UsersUnit, userId: string): Promise<string[]> {
    const codes = Array.from({ length: COUNT }, randomCode);
    const createdAt = now().toISOString();
    const rows = codes.map((code) => ({ userId, codeMac: macOf(userId, code), createdAt, usedAt: null }));
    await replaceRecoveryCodes(unit.tx, userId, rows);
    return codes.map(inGroups);
  }

  /** New codes; the old ones become invalid. @throws `users.factor_not_found` without a second factor to replace */
  function renew(actor: Actor): Promise<{ recoveryCodes: string[] }> {
    return db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (!user || !(await isNeeded(unit.tx, user.id))) throw userErrors.factorNotFound();
      await notices.announce(unit, user.id, 'recoveryCodes', 'added');
      return { recoveryCodes: await make(unit, user.id) };
    });
  }

  /** Part of the caller's unit, which has added a factor: null where there are codes already. */
  async function makeFirst(unit: UsersUnit, userId: string): Promise<string[] | null> {
    const existing = await listRecoveryCodes(unit.tx, userId);
    return existing.length > 0 ? null : make(unit, userId);
  }

  /** Part of the caller's unit, which has removed a factor: without another one the codes are deleted. */
  async function dropUnneeded(unit: UsersUnit, userId: string): Promise<void> {
    if (!(await isNeeded(unit.tx, userId))) await replaceRecoveryCodes(unit.tx, userId, []);
  }

  async function isNeeded(tx: UsersReader, userId: string): Promise<boolean> {
    return (await findConfirmedTotp(tx, userId)) !== null || (await listPasskeys(tx, userId)).length > 0;
  }

  async function countLeft(reader: UsersReader, userId: string): Promise<number> {
    const codes = await listRecoveryCodes(reader, userId);
    return codes.filter(({ usedAt }) => usedAt === null).length;
  }

  /** Part of the caller's unit: true once for each code. `code` is without hyphens (`parseFactorCode`). */
  async function use(unit: UsersUnit, userId: string, code: string): Promise<boolean> {
    if (!(await useRecoveryCode(unit.tx, userId, macOf(userId, code), now().toISOString()))) return false;
    await notices.announce(unit, userId, 'recoveryCodes', 'used', { left: await countLeft(unit.tx, userId) });
    return true;
  }

  return { renew, makeFirst, dropUnneeded, countLeft, use };
}

export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>;

function randomCode(): string {
  const { length } = RECOVERY_ALPHABET;
  return Array.from({ length: RECOVERY_LENGTH }, () => RECOVERY_ALPHABET.charAt(randomInt(length))).join('');
}

/** `abcdef-ghjkmn-pqrstu-vwxyz2`. */
function inGroups(code: string): string {
  return code.replace(new RegExp(`.{${GROUP_LENGTH}}(?!$)`, 'g'), '$&-');
}
