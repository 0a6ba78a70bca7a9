import { newId } from '#kernel/id.ts';
import type { Reader, Writer } from '../queries.ts';

/** The newest `limit` of the hashes that an account had before the present one. */
export async function listOldHashes(db: Reader, userId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('users.passwordHistory')
    .select('hash')
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ hash }) => hash);
}

/** Remembers a hash, and forgets all but the newest `kept`. */
export async function insertOldHash(tx: Writer, userId: string, hash: string, kept: number): Promise<void> {
  await tx.insertInto('users.passwordHistory').values({ id: newId(), userId, hash }).execute();
  const newest = tx
    .selectFrom('users.passwordHistory')
    .select('id')
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(kept);
  await tx.deleteFrom('users.passwordHistory').where('userId', '=', userId).where('id', 'not in', newest).execute();
}
