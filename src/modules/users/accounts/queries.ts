import { sql } from 'kysely';
import type { UserRow, UsersReader, UsersTables, UsersWriter } from '../tables.ts';

export async function upsertEmailChange(tx: UsersWriter, row: UsersTables['users.emailChange']): Promise<void> {
  const insert = tx.insertInto('users.emailChange').values(row);
  await insert.onConflict((conflict) => conflict.column('userId').doUpdateSet(row)).execute();
}

export function findEmailChange(db: UsersReader, userId: string) {
  return db.selectFrom('users.emailChange').selectAll().where('userId', '=', userId).executeTakeFirst();
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

/** A unique violation when another account has the address. */
export async function setEmail(tx: UsersWriter, id: string, email: string, verifiedAt: string): Promise<void> {
  await tx
    .updateTable('users.user')
    .set((eb) => ({ email, emailVerifiedAt: verifiedAt, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/**
 * Locks at most `limit` pending accounts that were registered before `before`, the oldest first. Invited accounts are not
 * among them, nor those with a code that is valid at `now`.
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
      // Of each account, since both tables may have many others.
      .where(sql<boolean>`not exists (select from users.invitation i where i.user_id = u.id)`)
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
