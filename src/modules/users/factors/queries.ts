import type { FactorTables, PasskeyRow, TotpRow } from '../tables.ts';
import type { Reader, Writer } from '../queries.ts';

export function findTotp(db: Reader, userId: string): Promise<TotpRow | undefined> {
  return db.selectFrom('users.totp').selectAll().where('userId', '=', userId).executeTakeFirst();
}

/** The one that counts; what was set up and never confirmed does not. */
export async function findConfirmedTotp(db: Reader, userId: string) {
  const row = await findTotp(db, userId);
  return row && row.confirmedAt !== null ? { ...row, confirmedAt: row.confirmedAt } : null;
}

export async function upsertTotp(tx: Writer, row: TotpRow): Promise<void> {
  const insert = tx.insertInto('users.totp').values(row);
  await insert.onConflict((conflict) => conflict.column('userId').doUpdateSet(row)).execute();
}

export async function deleteTotp(tx: Writer, userId: string): Promise<void> {
  await tx.deleteFrom('users.totp').where('userId', '=', userId).execute();
}

/** Replaces all that there were. */
export async function replaceRecoveryCodes(
  tx: Writer,
  userId: string,
  rows: readonly FactorTables['users.recoveryCode'][],
): Promise<void> {
  await tx.deleteFrom('users.recoveryCode').where('userId', '=', userId).execute();
  if (rows.length > 0) await tx.insertInto('users.recoveryCode').values(rows).execute();
}

export function listRecoveryCodes(db: Reader, userId: string) {
  return db.selectFrom('users.recoveryCode').selectAll().where('userId', '=', userId).execute();
}

/** True once for each code. */
export async function useRecoveryCode(tx: Writer, userId: string, codeMac: Buffer, at: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users.recoveryCode')
    .set({ usedAt: at })
    .where('userId', '=', userId)
    .where('codeMac', '=', codeMac)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export type Passkey = PasskeyRow & { counter: number };

/** Newest first. */
export async function listPasskeys(db: Reader, userId: string): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('users.passkey')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toPasskey);
}

export async function findPasskey(db: Reader, credentialId: string): Promise<Passkey | undefined> {
  const row = await db
    .selectFrom('users.passkey')
    .selectAll()
    .where('credentialId', '=', credentialId)
    .executeTakeFirst();
  return row && toPasskey(row);
}

/** Holds the row until the unit ends: of two uses of one counter value, one is second. */
export async function lockPasskey(tx: Writer, id: string): Promise<Passkey | undefined> {
  const row = await tx.selectFrom('users.passkey').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toPasskey(row);
}

/** False when the credential is registered already. */
export async function insertPasskey(tx: Writer, row: Passkey): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('users.passkey')
    .values(row)
    .onConflict((conflict) => conflict.column('credentialId').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updatePasskey(
  tx: Writer,
  id: string,
  change: Pick<Passkey, 'counter' | 'isBackedUp' | 'lastUsedAt'>,
): Promise<void> {
  await tx.updateTable('users.passkey').set(change).where('id', '=', id).execute();
}

export async function deletePasskey(tx: Writer, userId: string, id: string): Promise<PasskeyRow | undefined> {
  const row = tx.deleteFrom('users.passkey').where('userId', '=', userId).where('id', '=', id).returningAll();
  return row.executeTakeFirst();
}

/** All that proves who the person is, and all that they have begun. */
export async function deleteFactorsOf(tx: Writer, userId: string): Promise<void> {
  for (const table of personal) await tx.deleteFrom(table).where('userId', '=', userId).execute();
}

const personal = [
  'users.totp',
  'users.recoveryCode',
  'users.passkey',
  'users.externalIdentity',
  'users.challenge',
  'users.emailChange',
  'users.wrongGuess',
] as const;

function toPasskey({ counter, ...row }: PasskeyRow & { counter: string }): Passkey {
  return { ...row, counter: Number(counter) };
}
