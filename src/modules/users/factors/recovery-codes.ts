import { randomInt } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
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
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'; // without characters that look alike on paper
const GROUPS = 4;
const GROUP_LENGTH = 6; // 24 characters are 118 bits: as strong as a key, so an HMAC is enough

export interface RecoveryCodesNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'now'> {
  readonly notices: FactorNotices;
}

/** Ten codes to print, each for one sign-in without the second factor. Stored only as HMAC. */
export function createRecoveryCodes({ db, keys, now, notices }: RecoveryCodesNeeds) {
  const macOf = (userId: string, code: string) => keys.mac(RECOVERY_CODE_PURPOSE, `${userId}\n${toPlain(code)}`);

  async function make(unit: UsersUnit, userId: string): Promise<string[]> {
    const codes = Array.from({ length: COUNT }, randomCode);
    const createdAt = now().toISOString();
    const rows = codes.map((code) => ({ userId, codeMac: macOf(userId, code), createdAt, usedAt: null }));
    await replaceRecoveryCodes(unit.tx, userId, rows);
    return codes;
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

  /** Part of the caller's unit: true once for each code. */
  async function use(unit: UsersUnit, userId: string, typed: string): Promise<boolean> {
    if (!(await useRecoveryCode(unit.tx, userId, macOf(userId, typed), now().toISOString()))) return false;
    await notices.announce(unit, userId, 'recoveryCodes', 'used', { left: await countLeft(unit.tx, userId) });
    return true;
  }

  return { renew, makeFirst, dropUnneeded, countLeft, use };
}

export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>;

/** `abcdef-ghjkmn-pqrstu-vwxyz2`. */
function randomCode(): string {
  const characters = Array.from({ length: GROUPS * GROUP_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  return Array.from({ length: GROUPS }, (_, group) =>
    characters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join(''),
  ).join('-');
}

/** Case, spaces and hyphens do not matter. */
function toPlain(code: string): string {
  return code.toLowerCase().replace(/[\s-]/g, '');
}
