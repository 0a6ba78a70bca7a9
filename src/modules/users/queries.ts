import { sql } from 'kysely';
import type { UserRow, UsersReader, UsersWriter } from './tables.ts';

export function findUser(db: UsersReader, by: { id: string } | { email: string }): Promise<UserRow | undefined> {
  const rows = db.selectFrom('users.user').selectAll();
  return ('id' in by ? rows.where('id', '=', by.id) : rows.where('email', '=', by.email)).executeTakeFirst();
}

/**
 * Holds the account's row until the unit ends. Undefined also for a deleted account: every unit that adds a row of a user
 * calls this first, so that nothing is added after the deletion.
 */
export function lockLive(tx: UsersWriter, by: { id: string } | { email: string }): Promise<UserRow | undefined> {
  const rows = tx.selectFrom('users.user').selectAll().where('status', '<>', 'deleted').forUpdate();
  return ('id' in by ? rows.where('id', '=', by.id) : rows.where('email', '=', by.email)).executeTakeFirst();
}

/** False when another account has the address. */
export async function insertUser(
  tx: UsersWriter,
  row: Omit<UserRow, 'lockedUntil' | 'createdAt' | 'version'>,
): Promise<boolean> {
  const insert = tx
    .insertInto('users.user')
    .values({ ...row, lockedUntil: null, createdAt: sql<string>`now()`, version: 1 });
  const { numInsertedOrUpdatedRows } = await insert
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateUser(
  tx: UsersWriter,
  id: string,
  change: Partial<
    Pick<UserRow, 'firstName' | 'lastName' | 'passwordHash' | 'status' | 'language' | 'emailVerifiedAt' | 'lockedUntil'>
  >,
): Promise<void> {
  await tx
    .updateTable('users.user')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
