import type { FactorTables } from '../tables.ts';
import type { Reader, Writer } from '../queries.ts';

export async function upsertEmailChange(tx: Writer, row: FactorTables['users.emailChange']): Promise<void> {
  const insert = tx.insertInto('users.emailChange').values(row);
  await insert.onConflict((conflict) => conflict.column('userId').doUpdateSet(row)).execute();
}

export function findEmailChange(db: Reader, userId: string) {
  return db.selectFrom('users.emailChange').selectAll().where('userId', '=', userId).executeTakeFirst();
}

export async function deleteEmailChange(tx: Writer, userId: string): Promise<void> {
  await tx.deleteFrom('users.emailChange').where('userId', '=', userId).execute();
}

/** A unique violation when another account has the address. */
export async function setEmail(tx: Writer, id: string, email: string, verifiedAt: string): Promise<void> {
  await tx
    .updateTable('users.user')
    .set((eb) => ({ email, emailVerifiedAt: verifiedAt, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
