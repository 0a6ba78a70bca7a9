import { sql } from 'kysely';
import type { ExternalIdentityRow } from '../factor-tables.ts';
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
