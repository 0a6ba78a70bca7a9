import type { Selectable } from 'kysely';
import type { MetadataRow, UsersReader, UsersWriter } from '../tables.ts';

export type StoredMetadata = Selectable<MetadataRow>;

/** Undefined for a person about whom nothing was stored. */
export function findMetadata(db: UsersReader, userId: string): Promise<StoredMetadata | undefined> {
  return db.selectFrom('users.metadata').selectAll().where('userId', '=', userId).executeTakeFirst();
}

/** Replaces all of it. The row of the account is locked. */
export async function putMetadata(tx: UsersWriter, row: StoredMetadata): Promise<void> {
  const texts = {
    public: JSON.stringify(row.public),
    private: JSON.stringify(row.private),
    unsafe: JSON.stringify(row.unsafe),
    version: row.version,
  };
  await tx
    .insertInto('users.metadata')
    .values({ userId: row.userId, ...texts })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(texts))
    .execute();
}
