import { sql } from 'kysely';
import { deleteSome } from '../queries.ts';
import type { LockoutRow, UsersReader, UsersTables, UsersWriter } from '../tables.ts';
import { noFailures } from './lockout.ts';

/** Creates the row where there is none, and locks it: wrong passwords for one address are counted one by one. */
export async function lockLockout(tx: UsersWriter, addressMac: Buffer, now: string): Promise<LockoutRow> {
  const row = tx.insertInto('users.lockout').values({ addressMac, ...noFailures, lastFailureAt: now, userId: null });
  return row
    .onConflict((conflict) =>
      conflict.column('addressMac').doUpdateSet((eb) => ({ failures: eb.ref('users.lockout.failures') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateLockout(tx: UsersWriter, { addressMac, ...change }: LockoutRow): Promise<void> {
  await tx.updateTable('users.lockout').set(change).where('addressMac', '=', addressMac).execute();
}

/**
 * Lifts the locks of an account after wrong passwords, also those of addresses that it had before. Answers whether it
 * was locked.
 */
export async function liftLockouts(tx: UsersWriter, userId: string, now: string): Promise<boolean> {
  const rows = await tx
    .selectFrom('users.lockout')
    .select('lockedUntil')
    .where('userId', '=', userId)
    .forUpdate()
    .execute();
  await tx.updateTable('users.lockout').set({ failures: 0, lockedUntil: null }).where('userId', '=', userId).execute();
  return rows.some((row) => row.lockedUntil !== null && new Date(row.lockedUntil) > new Date(now));
}

/** Rows without a failure since `before`, which lock nothing any more. */
export function deleteLockouts(tx: UsersWriter, before: string, limit: number): Promise<number> {
  return deleteSome(tx, 'users.lockout', { column: 'lastFailureAt', before }, limit);
}

/** Held until the unit ends: attempts from one network are decided one after another. */
export async function lockNetwork(tx: UsersWriter, networkMac: Buffer): Promise<void> {
  await sql`select pg_advisory_xact_lock(${networkMac.readBigInt64BE()})`.execute(tx);
}

/** When the newest failures since `since` happened, newest first, at most `limit`. */
export async function listNetworkFailures(
  db: UsersReader,
  networkMac: Buffer,
  since: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('users.networkFailure')
    .select('failedAt')
    .where('networkMac', '=', networkMac)
    .where('failedAt', '>', since)
    .orderBy('failedAt', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ failedAt }) => failedAt);
}

export async function insertNetworkFailure(tx: UsersWriter, row: UsersTables['users.networkFailure']): Promise<void> {
  await tx.insertInto('users.networkFailure').values(row).execute();
}

export function deleteNetworkFailures(tx: UsersWriter, before: string, limit: number): Promise<number> {
  return deleteSome(tx, 'users.networkFailure', { column: 'failedAt', before }, limit);
}

/** When the newest wrong attempts since `since` were made, newest first, at most `limit`. */
export async function listFailedAttempts(
  db: UsersReader,
  { userId, kind, guesser }: Omit<UsersTables['users.wrongGuess'], 'guessedAt'>,
  since: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('users.wrongGuess')
    .select('guessedAt')
    .where('userId', '=', userId)
    .where('kind', '=', kind)
    .where('guesser', 'is not distinct from', guesser)
    .where('guessedAt', '>', since)
    .orderBy('guessedAt', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ guessedAt }) => guessedAt);
}

export async function insertFailedAttempt(tx: UsersWriter, row: UsersTables['users.wrongGuess']): Promise<void> {
  await tx.insertInto('users.wrongGuess').values(row).execute();
}

export function deleteFailedAttempts(tx: UsersWriter, before: string, limit: number): Promise<number> {
  return deleteSome(tx, 'users.wrongGuess', { column: 'guessedAt', before }, limit);
}
