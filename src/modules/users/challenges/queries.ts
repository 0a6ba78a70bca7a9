import type { FactorTables } from '../tables.ts';
import type { Reader, Writer } from '../queries.ts';

type Row = FactorTables['users.challenge'];

export async function insertChallenge(tx: Writer, row: Row): Promise<void> {
  await tx.insertInto('users.challenge').values(row).execute();
}

export function findChallenge(db: Reader, tokenMacs: readonly Buffer[]): Promise<Row | undefined> {
  return db.selectFrom('users.challenge').selectAll().where('tokenMac', 'in', tokenMacs).executeTakeFirst();
}

/** Holds the row until the unit ends: guesses at one challenge are judged one by one. */
export function lockChallenge(tx: Writer, tokenMacs: readonly Buffer[]): Promise<Row | undefined> {
  return tx.selectFrom('users.challenge').selectAll().where('tokenMac', 'in', tokenMacs).forUpdate().executeTakeFirst();
}

export async function updateChallenge(
  tx: Writer,
  tokenMacs: readonly Buffer[],
  change: Partial<Pick<Row, 'dataSealed' | 'wrong'>>,
): Promise<void> {
  await tx.updateTable('users.challenge').set(change).where('tokenMac', 'in', tokenMacs).execute();
}

/** Of many that take one at once, one gets it. */
export function takeChallenge(tx: Writer, tokenMacs: readonly Buffer[]): Promise<Row | undefined> {
  return tx.deleteFrom('users.challenge').where('tokenMac', 'in', tokenMacs).returningAll().executeTakeFirst();
}

/** Ends what the person has begun and not finished. */
export async function deleteChallengesOf(tx: Writer, userId: string): Promise<void> {
  await tx.deleteFrom('users.challenge').where('userId', '=', userId).execute();
}

export async function deleteExpiredChallenges(tx: Writer, before: string): Promise<void> {
  await tx.deleteFrom('users.challenge').where('expiresAt', '<', before).execute();
}
