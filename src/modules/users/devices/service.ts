import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { AccountRef } from '../queries.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { UserRow, UsersReader } from '../tables.ts';
import { occurrenceOf, toDevice } from '../user-agent.ts';
import {
  deleteDevices,
  findFormerSignIns,
  insertDevice,
  isDeviceOf,
  lockDevice,
  unlockDevices,
  updateDevice,
} from './queries.ts';

const PURPOSE = 'users.device';
const PREFIX = 'bnd_';
const ID_BYTES = 16;
const MAC_BYTES = 32;
const KEPT = 20; // of one account

/**
 * Devices that have signed in before. Their wrong passwords are counted separately, so that nobody can lock the owner
 * out by guessing. The device token is the signed id of the device; without the password it gives no access.
 */
export function createDevices({ keys, notifications, now }: Pick<UsersNeeds, 'keys' | 'notifications' | 'now'>) {
  /** The device's id; null for anything but a token that this installation signed. */
  function parse(token: string | null): string | null {
    if (!token?.startsWith(PREFIX)) return null;
    const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
    if (bytes.length !== ID_BYTES + MAC_BYTES) return null;
    const id = toId(bytes.toString('hex', 0, ID_BYTES));
    return keys.isMac(PURPOSE, id, bytes.subarray(ID_BYTES)) ? id : null;
  }

  /** The device's id if the account has signed in from it before; else null. */
  async function findKnown(db: UsersReader, account: AccountRef, token: string | null): Promise<string | null> {
    const id = parse(token);
    return id !== null && (await isDeviceOf(db, account, id)) ? id : null;
  }

  function toToken(id: string): string {
    return (
      PREFIX + Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), keys.mac(PURPOSE, id)]).toString('base64url')
    );
  }

  /**
   * Part of the unit of a sign-in, before its session is stored. Answers the device's token, and notifies the owner of
   * a device that is new to the account.
   */
  async function register(unit: UsersUnit, user: UserRow, token: string | null): Promise<string> {
    const { tx, actor } = unit;
    const at = now().toISOString();
    const label = toDevice(actor.origin.userAgent);
    const id = parse(token) ?? newId();
    const seen = { label, lastSeenAt: at, failures: 0, lockedUntil: null };
    if (await lockDevice(tx, user.id, id)) {
      await updateDevice(tx, { userId: user.id, id }, seen);
      return toToken(id);
    }
    const former = await findFormerSignIns(tx, user.id, label, actor.origin.ip);
    await insertDevice(tx, { ...seen, userId: user.id, id, firstSeenAt: at, lastFailureAt: at }, KEPT);
    if (former.hasAny && !former.hasSimilar) {
      await notifications.send(withoutTables(unit), {
        template: 'users.new_device',
        to: { userId: user.id },
        category: 'security',
        occurrence: occurrenceOf(unit, now()),
        variables: { device: label },
      });
    }
    return toToken(id);
  }

  return {
    parse,
    findKnown,
    register,
    lock: lockDevice,
    update: updateDevice,
    /** Part of the caller's unit: none of the account's devices is known any more. */
    forget: ({ tx }: UsersUnit, userId: string) => deleteDevices(tx, userId),
    /** Part of the caller's unit. Answers whether any was locked. */
    unlock: ({ tx }: UsersUnit, userId: string) => unlockDevices(tx, userId, now().toISOString()),
  };
}

export type Devices = ReturnType<typeof createDevices>;

function toId(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
