import type { FactorTables, GuessKind } from '../tables.ts';
import type { Reader, Writer } from '../queries.ts';

/** Instants of the newest wrong guesses since `since`, newest first, `most` at most. */
export async function listWrongGuesses(
  db: Reader,
  userId: string,
  kind: GuessKind,
  since: string,
  most: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('users.wrongGuess')
    .select('guessedAt')
    .where('userId', '=', userId)
    .where('kind', '=', kind)
    .where('guessedAt', '>', since)
    .orderBy('guessedAt', 'desc')
    .limit(most)
    .execute();
  return rows.map(({ guessedAt }) => guessedAt);
}

export async function insertWrongGuess(tx: Writer, row: FactorTables['users.wrongGuess']): Promise<void> {
  await tx.insertInto('users.wrongGuess').values(row).execute();
}

export async function deleteWrongGuesses(tx: Writer, before: string): Promise<void> {
  await tx.deleteFrom('users.wrongGuess').where('guessedAt', '<', before).execute();
}
