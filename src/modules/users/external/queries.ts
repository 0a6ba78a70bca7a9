import { sql } from 'kysely';
import type { ExternalCodeRow, ExternalIdentityRow } from '../tables.ts';
import type { Reader, Writer } from '../queries.ts';

type Key = Pick<ExternalIdentityRow, 'issuer' | 'subject'>;

/** Two sign-ins of somebody new at once make one account: the second waits here, and finds it. */
export async function lockIdentity(tx: Writer, { issuer, subject }: Key): Promise<ExternalIdentityRow | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`users.identity ${issuer} ${subject}`}, 0))`.execute(tx);
  return tx
    .selectFrom('users.externalIdentity')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

export async function insertIdentity(tx: Writer, row: ExternalIdentityRow): Promise<void> {
  await tx.insertInto('users.externalIdentity').values(row).execute();
}

export async function touchIdentity(tx: Writer, id: string, lastUsedAt: string): Promise<void> {
  await tx.updateTable('users.externalIdentity').set({ lastUsedAt }).where('id', '=', id).execute();
}

export function listIdentities(db: Reader, userId: string): Promise<ExternalIdentityRow[]> {
  return db.selectFrom('users.externalIdentity').selectAll().where('userId', '=', userId).orderBy('id').execute();
}

export function deleteIdentity(tx: Writer, userId: string, id: string): Promise<ExternalIdentityRow | undefined> {
  const row = tx.deleteFrom('users.externalIdentity').where('userId', '=', userId).where('id', '=', id).returningAll();
  return row.executeTakeFirst();
}

/** Holds the address until the unit ends, also where it has no row yet: of two who ask at once, one is second. */
export async function lockExternalCode(tx: Writer, addressMac: Buffer): Promise<ExternalCodeRow | undefined> {
  const key = `users.external_code ${addressMac.toString('hex')}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
  return tx.selectFrom('users.externalCode').selectAll().where('addressMac', '=', addressMac).executeTakeFirst();
}

export async function upsertExternalCode(tx: Writer, row: ExternalCodeRow): Promise<void> {
  const insert = tx.insertInto('users.externalCode').values(row);
  await insert.onConflict((conflict) => conflict.column('addressMac').doUpdateSet(row)).execute();
}

export async function deleteExternalCodes(tx: Writer, before: string): Promise<void> {
  await tx.deleteFrom('users.externalCode').where('sentAt', '<', before).execute();
}
