import type { PasskeyRow, TotpRow, UsersReader, UsersTables, UsersWriter } from '../tables.ts';

export function findTotp(db: UsersReader, userId: string): Promise<TotpRow | undefined> {
  return db.selectFrom('users.totp').selectAll().where('userId', '=', userId).executeTakeFirst();
}

/** Null without one, and for one that was set up and never confirmed. */
export async function findConfirmedTotp(db: UsersReader, userId: string) {
  const row = await findTotp(db, userId);
  return row && row.confirmedAt !== null ? { ...row, confirmedAt: row.confirmedAt } : null;
}

export async function upsertTotp(tx: UsersWriter, row: TotpRow): Promise<void> {
  const insert = tx.insertInto('users.totp').values(row);
  await insert.onConflict((conflict) => conflict.column('userId').doUpdateSet(row)).execute();
}

export async function deleteTotp(tx: UsersWriter, userId: string): Promise<void> {
  await tx.deleteFrom('users.totp').where('userId', '=', userId).execute();
}

/** Replaces all codes of the account. */
export async function replaceRecoveryCodes(
  tx: UsersWriter,
  userId: string,
  rows: readonly UsersTables['users.recoveryCode'][],
): Promise<void> {
  await tx.deleteFrom('users.recoveryCode').where('userId', '=', userId).execute();
  if (rows.length > 0) await tx.insertInto('users.recoveryCode').values(rows).execute();
}

export function listRecoveryCodes(db: UsersReader, userId: string) {
  return db.selectFrom('users.recoveryCode').selectAll().where('userId', '=', userId).execute();
}

/** True once for each code. */
export async function useRecoveryCode(tx: UsersWriter, userId: string, codeMac: Buffer, at: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users.recoveryCode')
    .set({ usedAt: at })
    .where('userId', '=', userId)
    .where('codeMac', '=', codeMac)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export type StoredPasskey = PasskeyRow & { counter: number };

/** Newest first. */
export async function listPasskeys(db: UsersReader, userId: string): Promise<StoredPasskey[]> {
  const rows = await db
    .selectFrom('users.passkey')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toPasskey);
}

export async function findPasskey(db: UsersReader, credentialId: string): Promise<StoredPasskey | undefined> {
  const row = await db
    .selectFrom('users.passkey')
    .selectAll()
    .where('credentialId', '=', credentialId)
    .executeTakeFirst();
  return row && toPasskey(row);
}

/** Locks the row until the unit ends: two uses of one counter value are checked one after another. */
export async function lockPasskey(tx: UsersWriter, id: string): Promise<StoredPasskey | undefined> {
  const row = await tx.selectFrom('users.passkey').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toPasskey(row);
}

/** False when the credential is registered already. */
export async function insertPasskey(tx: UsersWriter, row: StoredPasskey): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('users.passkey')
    .values(row)
    .onConflict((conflict) => conflict.column('credentialId').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updatePasskey(
  tx: UsersWriter,
  id: string,
  change: Pick<StoredPasskey, 'counter' | 'isBackedUp' | 'lastUsedAt'>,
): Promise<void> {
  await tx.updateTable('users.passkey').set(change).where('id', '=', id).execute();
}

export async function deletePasskey(tx: UsersWriter, userId: string, id: string): Promise<PasskeyRow | undefined> {
  const row = tx.deleteFrom('users.passkey').where('userId', '=', userId).where('id', '=', id).returningAll();
  return row.executeTakeFirst();
}

/** Answers how many there were. */
export async function deletePasskeys(tx: UsersWriter, userId: string): Promise<number> {
  const deleted = await tx.deleteFrom('users.passkey').where('userId', '=', userId).executeTakeFirstOrThrow();
  return Number(deleted.numDeletedRows);
}

/** Names of the external providers that the account is linked with. */
export async function listLinkedProviders(db: UsersReader, userId: string): Promise<string[]> {
  const rows = db.selectFrom('users.externalIdentity').select('provider').where('userId', '=', userId);
  return (await rows.execute()).map(({ provider }) => provider);
}

function toPasskey({ counter, ...row }: PasskeyRow & { counter: string }): StoredPasskey {
  return { ...row, counter: Number(counter) };
}
