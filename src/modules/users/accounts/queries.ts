import { sql } from 'kysely';
import { kindOf, type AddressKind } from '#kernel/forms/address.ts';
import { columnsOf, toProved } from '../addresses/forms.ts';
import { insertUser, updateUser } from '../queries.ts';
import type { AddressChangeRow, UserRow, UsersReader, UsersWriter } from '../tables.ts';

/** What a person, or who invites them, states about a new account. */
export type Person = { readonly address: string } & Pick<
  UserRow,
  'firstName' | 'lastName' | 'passwordHash' | 'language'
>;
export type NewAccount = Person & Pick<UserRow, 'id' | 'status'>;

export async function upsertAddressChange(tx: UsersWriter, row: AddressChangeRow): Promise<void> {
  const insert = tx.insertInto('users.addressChange').values(row);
  await insert.onConflict((conflict) => conflict.columns(['userId', 'kind']).doUpdateSet(row)).execute();
}

export function findAddressChange(
  db: UsersReader,
  userId: string,
  kind: AddressKind,
): Promise<AddressChangeRow | undefined> {
  const rows = db.selectFrom('users.addressChange').selectAll().where('userId', '=', userId);
  return rows.where('kind', '=', kind).executeTakeFirst();
}

export function listAddressChanges(db: UsersReader, userId: string): Promise<AddressChangeRow[]> {
  return db.selectFrom('users.addressChange').selectAll().where('userId', '=', userId).orderBy('kind').execute();
}

/** Users whose address may not have its one form, those with a proved address first, then the oldest. */
export async function listUnfolded(db: UsersReader): Promise<string[]> {
  const rows = await db
    .selectFrom('users.unfoldedAddress as f')
    .innerJoin('users.user as u', 'u.id', 'f.userId')
    .select('f.userId')
    .orderBy((eb) => eb('u.emailVerifiedAt', 'is', null))
    .orderBy('u.createdAt')
    .execute();
  return rows.map(({ userId }) => userId);
}

/** True for one of two concurrent calls. */
export async function takeUnfolded(tx: UsersWriter, userId: string): Promise<boolean> {
  const taken = await tx.deleteFrom('users.unfoldedAddress').where('userId', '=', userId).executeTakeFirstOrThrow();
  return taken.numDeletedRows === 1n;
}

/** False when another account has the address. `provedAt`: null for a pending account. */
export function insertAccount(
  tx: UsersWriter,
  { address, ...account }: NewAccount,
  provedAt: string | null,
): Promise<boolean> {
  const unproved = { emailVerifiedAt: null, phoneVerifiedAt: null };
  const proved = provedAt === null ? {} : toProved(address, provedAt);
  return insertUser(tx, { ...account, ...columnsOf(address), ...unproved, ...proved });
}

/** The address instead of that of its kind before. A unique violation when another account has it. */
export async function setAddress(tx: UsersWriter, id: string, address: string, verifiedAt: string): Promise<void> {
  await updateUser(tx, id, { [kindOf(address)]: address, ...toProved(address, verifiedAt) });
}

/**
 * Locks at most `limit` pending accounts that were registered before `before`, the oldest first. Invited and imported
 * accounts are not among them, nor those with a code that is valid at `now`.
 */
export function lockOldRegistrations(
  tx: UsersWriter,
  before: string,
  now: string,
  limit: number,
): Promise<Pick<UserRow, 'id'>[]> {
  return (
    tx
      .selectFrom('users.user as u')
      .select('u.id')
      .where('u.status', '=', sql.lit('pending')) // so that the planner knows the index
      .where('u.createdAt', '<', before)
      // Of each account, since these tables may have many others.
      .where(sql<boolean>`not exists (select from users.invitation i where i.user_id = u.id)`)
      .where(sql<boolean>`not exists (select from users.imported m where m.user_id = u.id)`)
      .where(sql<boolean>`not exists (select from users.code c where c.user_id = u.id and c.expires_at > ${now})`)
      .orderBy('u.createdAt')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute()
  );
}

/** A lock until the unit ends: without a signed-in user, administrators are created one at a time. */
export async function lockSetup(tx: UsersWriter): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('users.setup'))`.execute(tx);
}

/** Runs `work` and rolls back what it wrote; the unit continues as if it had not run. */
export async function rollBackAfter(tx: UsersWriter, work: () => Promise<void>): Promise<void> {
  await sql`savepoint simulation`.execute(tx);
  await work();
  await sql`rollback to savepoint simulation`.execute(tx);
}
