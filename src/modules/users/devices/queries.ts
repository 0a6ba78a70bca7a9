import { sql } from 'kysely';
import { kindOf } from '#kernel/forms/address.ts';
import { toNetwork } from '#kernel/network.ts';
import type { AccountRef } from '../queries.ts';
import type { DeviceRow, Failures, UsersReader, UsersWriter } from '../tables.ts';

/** Newest first. */
export function listDevices(db: UsersReader, userId: string): Promise<DeviceRow[]> {
  return db.selectFrom('users.device').selectAll().where('userId', '=', userId).orderBy('lastSeenAt', 'desc').execute();
}

/** Whether the account has signed in from the device before. */
export async function isDeviceOf(db: UsersReader, account: AccountRef, id: string): Promise<boolean> {
  const devices = db.selectFrom('users.device as d').select('d.id').where('d.id', '=', id);
  const own =
    'id' in account
      ? devices.where('d.userId', '=', account.id)
      : devices
          .innerJoin('users.user as u', 'u.id', 'd.userId')
          .where(`u.${kindOf(account.address)}`, '=', account.address);
  return (await own.executeTakeFirst()) !== undefined;
}

export function lockDevice(tx: UsersWriter, userId: string, id: string): Promise<DeviceRow | undefined> {
  const rows = tx.selectFrom('users.device').selectAll().where('userId', '=', userId);
  return rows.where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function updateDevice(
  tx: UsersWriter,
  { userId, id }: Pick<DeviceRow, 'userId' | 'id'>,
  change: Partial<Failures & Pick<DeviceRow, 'label' | 'lastSeenAt'>>,
): Promise<void> {
  await tx.updateTable('users.device').set(change).where('userId', '=', userId).where('id', '=', id).execute();
}

/** Does nothing for a device that the account has already. Deletes all but the `kept` devices that were seen last. */
export async function insertDevice(tx: UsersWriter, row: DeviceRow, kept: number): Promise<void> {
  const insert = tx.insertInto('users.device').values(row);
  await insert.onConflict((conflict) => conflict.doNothing()).execute();
  const newest = tx
    .selectFrom('users.device')
    .select('id')
    .where('userId', '=', row.userId)
    .orderBy('lastSeenAt', 'desc')
    .limit(kept);
  await tx.deleteFrom('users.device').where('userId', '=', row.userId).where('id', 'not in', newest).execute();
}

export async function deleteDevices(tx: UsersWriter, userId: string): Promise<void> {
  await tx.deleteFrom('users.device').where('userId', '=', userId).execute();
}

/** Answers whether any of them was locked. */
export async function unlockDevices(tx: UsersWriter, userId: string, now: string): Promise<boolean> {
  const own = tx.selectFrom('users.device').select('id').where('userId', '=', userId);
  const locked = await own.where('lockedUntil', '>', now).forUpdate().execute();
  await tx.updateTable('users.device').set({ failures: 0, lockedUntil: null }).where('userId', '=', userId).execute();
  return locked.length > 0;
}

/**
 * `hasAny`: the account has signed in before. `hasSimilar`: from a device of this kind in this network, as far as
 * sessions still exist. Devices are kept for longer than sessions.
 */
export async function findFormerSignIns(db: UsersReader, userId: string, device: string, ip: string | null) {
  const sessions = db.selectFrom('users.session').select('id').where('userId', '=', userId).limit(1);
  const devices = db.selectFrom('users.device').select('id').where('userId', '=', userId).limit(1);
  const hasAny = ((await sessions.executeTakeFirst()) ?? (await devices.executeTakeFirst())) !== undefined;
  const network = toNetwork(ip ?? '');
  const addresses = hasAny ? await listAddresses(db, userId, device) : [];
  return { hasAny, hasSimilar: addresses.some((address) => toNetwork(address ?? '') === network) };
}

/**
 * The addresses of the account's sessions from a kind of device, each once: from each in the index to the next, since
 * `distinct` reads every session that the account has had.
 */
async function listAddresses(db: UsersReader, userId: string, device: string): Promise<(string | null)[]> {
  const own = sql`users.session where user_id = ${userId} and device = ${device}`;
  const { rows } = await sql<{ ip: string | null }>`
    with recursive found (ip) as (
      (select min(ip) from ${own})
      union all select (select min(ip) from ${own} and ip > found.ip) from found where found.ip is not null)
    select ip from found where ip is not null
    union all (select ip from ${own} and ip is null limit 1)`.execute(db);
  return rows.map(({ ip }) => ip);
}
