import { deleteSome } from '../queries.ts';
import type { ChallengeRow, UsersReader, UsersWriter } from '../tables.ts';

export async function insertChallenge(tx: UsersWriter, row: ChallengeRow): Promise<void> {
  await tx.insertInto('users.challenge').values(row).execute();
}

export function findChallenge(db: UsersReader, tokenMacs: readonly Buffer[]): Promise<ChallengeRow | undefined> {
  return db.selectFrom('users.challenge').selectAll().where('tokenMac', 'in', tokenMacs).executeTakeFirst();
}

/** Locks the row until the unit ends: answers to one challenge are checked one by one. */
export function lockChallenge(tx: UsersWriter, tokenMacs: readonly Buffer[]): Promise<ChallengeRow | undefined> {
  return tx.selectFrom('users.challenge').selectAll().where('tokenMac', 'in', tokenMacs).forUpdate().executeTakeFirst();
}

export async function updateChallenge(
  tx: UsersWriter,
  tokenMacs: readonly Buffer[],
  change: Partial<Pick<ChallengeRow, 'dataSealed' | 'wrong'>>,
): Promise<void> {
  await tx.updateTable('users.challenge').set(change).where('tokenMac', 'in', tokenMacs).execute();
}

/** Of several concurrent calls, one gets the row. */
export function takeChallenge(tx: UsersWriter, tokenMacs: readonly Buffer[]): Promise<ChallengeRow | undefined> {
  return tx.deleteFrom('users.challenge').where('tokenMac', 'in', tokenMacs).returningAll().executeTakeFirst();
}

/** Ends everything that the person has started and not finished. */
export async function deleteChallengesOf(tx: UsersWriter, userId: string): Promise<void> {
  await tx.deleteFrom('users.challenge').where('userId', '=', userId).execute();
}

export function deleteExpiredChallenges(tx: UsersWriter, before: string, limit: number): Promise<number> {
  return deleteSome(tx, 'users.challenge', { column: 'expiresAt', before }, limit);
}
