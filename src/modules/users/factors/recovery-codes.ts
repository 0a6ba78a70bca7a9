import { randomInt } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { userErrors } from '../contract.ts';
import type { FactorNews } from './notices.ts';
import {
  findConfirmedTotp,
  listPasskeys,
  listRecoveryCodes,
  replaceRecoveryCodes,
  useRecoveryCode,
} from './queries.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import { lockUser, type Reader } from '../queries.ts';

export const RECOVERY_CODE_PURPOSE = 'users.recovery_code';
const COUNT = 10;
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'; // without what looks alike on paper
const GROUPS = 4;
const GROUP_LENGTH = 6; // 24 characters are 118 bits: as good as a key, so that an HMAC is hash enough

export interface RecoveryCodesNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'now'> {
  readonly news: FactorNews;
}

/** Ten codes on paper, each good for one sign-in without the second factor. Stored only as HMAC. */
export function createRecoveryCodes({ db, keys, now, news }: RecoveryCodesNeeds) {
  const macOf = (userId: string, code: string) => keys.mac(RECOVERY_CODE_PURPOSE, `${userId}\n${toPlain(code)}`);

  async function make(unit: OwnUnit, userId: string): Promise<string[]> {
    const codes = Array.from({ length: COUNT }, randomCode);
    const createdAt = now().toISOString();
    const rows = codes.map((code) => ({ userId, codeMac: macOf(userId, code), createdAt, usedAt: null }));
    await replaceRecoveryCodes(unit.tx, userId, rows);
    return codes;
  }

  /** New ones; the old ones are void. @throws `users.factor_not_found` without a factor that they could stand in for */
  function renew(actor: Actor): Promise<{ recoveryCodes: string[] }> {
    return db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      if (!user || !(await isNeeded(unit.tx, user.id))) throw userErrors.factorNotFound();
      await news.tell(unit, user.id, 'recoveryCodes', 'added');
      return { recoveryCodes: await make(unit, user.id) };
    });
  }

  /** Part of the caller's unit, with the first factor: null where there are codes already. */
  async function makeFirst(unit: OwnUnit, userId: string): Promise<string[] | null> {
    const existing = await listRecoveryCodes(unit.tx, userId);
    return existing.length > 0 ? null : make(unit, userId);
  }

  /** Part of the caller's unit, after the last factor went. */
  async function dropUnneeded(unit: OwnUnit, userId: string): Promise<void> {
    if (!(await isNeeded(unit.tx, userId))) await replaceRecoveryCodes(unit.tx, userId, []);
  }

  async function isNeeded(tx: Reader, userId: string): Promise<boolean> {
    return (await findConfirmedTotp(tx, userId)) !== null || (await listPasskeys(tx, userId)).length > 0;
  }

  async function countLeft(reader: Reader, userId: string): Promise<number> {
    const codes = await listRecoveryCodes(reader, userId);
    return codes.filter(({ usedAt }) => usedAt === null).length;
  }

  /** Part of the caller's unit: true once for each code. */
  async function use(unit: OwnUnit, userId: string, typed: string): Promise<boolean> {
    if (!(await useRecoveryCode(unit.tx, userId, macOf(userId, typed), now().toISOString()))) return false;
    await news.tell(unit, userId, 'recoveryCodes', 'used', { left: await countLeft(unit.tx, userId) });
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

/** However it was typed: case, spaces and hyphens do not matter. */
function toPlain(code: string): string {
  return code.toLowerCase().replace(/[\s-]/g, '');
}
