import { newId } from '#kernel/id.ts';
import type { UsersReader, UsersWriter } from '../tables.ts';

/** The newest `limit` of the hashes that the account had before the current one. */
export async function listOldHashes(db: UsersReader, userId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('users.passwordHistory')
    .select('hash')
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ hash }) => hash);
}

/** Stores a former hash, and deletes all but the newest `kept`. */
export async function insertOldHash(tx: UsersWriter, userId: string, hash: string, kept: number): Promise<void> {
  await tx.insertInto('users.passwordHistory').values({ id: newId(), userId, hash }).execute();
  const newest = tx
    .selectFrom('users.passwordHistory')
    .select('id')
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(kept);
  await tx.deleteFrom('users.passwordHistory').where('userId', '=', userId).where('id', 'not in', newest).execute();
}
