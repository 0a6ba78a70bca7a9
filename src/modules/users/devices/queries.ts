import type { DeviceRow } from '../account-tables.ts';
import type { Failures } from '../failed-attempts/lockout.ts';
import type { Reader, Writer } from '../queries.ts';

/** Newest first. */
export function listDevices(db: Reader, userId: string): Promise<DeviceRow[]> {
  return db.selectFrom('users.device').selectAll().where('userId', '=', userId).orderBy('lastSeenAt', 'desc').execute();
}

export function lockDevice(tx: Writer, userId: string, id: string): Promise<DeviceRow | undefined> {
  const rows = tx.selectFrom('users.device').selectAll().where('userId', '=', userId);
  return rows.where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function updateDevice(
  tx: Writer,
  { userId, id }: Pick<DeviceRow, 'userId' | 'id'>,
  change: Partial<Failures & Pick<DeviceRow, 'label' | 'lastSeenAt'>>,
): Promise<void> {
  await tx.updateTable('users.device').set(change).where('userId', '=', userId).where('id', '=', id).execute();
}

/** Nothing when the account knows the device already. Forgets all but the `kept` last seen. */
export async function insertDevice(tx: Writer, row: DeviceRow, kept: number): Promise<void> {
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

/** Whether any of them was locked. */
export async function unlockDevices(tx: Writer, userId: string, now: string): Promise<boolean> {
  const own = tx.selectFrom('users.device').select('id').where('userId', '=', userId);
  const locked = await own.where('lockedUntil', '>', now).forUpdate().execute();
  await tx.updateTable('users.device').set({ failures: 0, lockedUntil: null }).where('userId', '=', userId).execute();
  return locked.length > 0;
}

/**
 * Whether the account has been signed in to at all, and whether, as far as sessions are remembered, from such a device at
 * such an address. Devices are remembered for longer than sessions.
 */
export async function findFormerSignIns(db: Reader, userId: string, device: string, ip: string | null) {
  const rows = await db
    .selectFrom('users.session')
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn
        .countAll<number>()
        .filterWhere((where) => where.and([where('device', '=', device), where('ip', 'is not distinct from', ip)]))
        .as('alike'),
    ])
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  const devices = db.selectFrom('users.device').select('id').where('userId', '=', userId).limit(1);
  const hasAny = rows.all > 0 || (await devices.executeTakeFirst()) !== undefined;
  return { hasAny, hasAlike: rows.alike > 0 };
}
