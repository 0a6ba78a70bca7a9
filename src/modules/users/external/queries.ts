import { sql } from 'kysely';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { deleteSome, findUser } from '../queries.ts';
import { findAddress } from '../addresses/typed.ts';
import type { ExternalIdentityRow, UsersReader, UsersTables, UsersWriter } from '../tables.ts';

type Key = Pick<ExternalIdentityRow, 'issuer' | 'subject'>;
type ExternalCodeRow = UsersTables['users.externalCode'];

/** Of two concurrent sign-ins of a new person the second waits here, and finds the account that the first created. */
export async function lockIdentity(
  tx: UsersWriter,
  { issuer, subject }: Key,
): Promise<ExternalIdentityRow | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`users.identity ${issuer} ${subject}`}, 0))`.execute(tx);
  return tx
    .selectFrom('users.externalIdentity')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

export async function insertIdentity(tx: UsersWriter, row: ExternalIdentityRow): Promise<void> {
  await tx.insertInto('users.externalIdentity').values(row).execute();
}

export async function touchIdentity(tx: UsersWriter, id: string, lastUsedAt: string): Promise<void> {
  await tx.updateTable('users.externalIdentity').set({ lastUsedAt }).where('id', '=', id).execute();
}

export function listIdentities(db: UsersReader, userId: string): Promise<ExternalIdentityRow[]> {
  return db.selectFrom('users.externalIdentity').selectAll().where('userId', '=', userId).orderBy('id').execute();
}

export function deleteIdentity(tx: UsersWriter, userId: string, id: string): Promise<ExternalIdentityRow | undefined> {
  const row = tx.deleteFrom('users.externalIdentity').where('userId', '=', userId).where('id', '=', id).returningAll();
  return row.executeTakeFirst();
}

function externalCodes(db: UsersReader, addressMac: Buffer) {
  return db.selectFrom('users.externalCode').selectAll().where('addressMac', '=', addressMac);
}

/**
 * The account that other programs know by this id: its proved address, or the subject at another provider. A subject is
 * unique at its issuer only. Without one, it is of the provider if the installation has a single one, else of nobody.
 */
export async function findSubject(
  db: UsersReader,
  providers: readonly string[],
  id: string,
  issuer: string | null,
): Promise<string | null> {
  if (parseEmail(id) !== null) {
    const user = await findUser(db, { address: await findAddress(db, id) });
    return user && user.emailVerifiedAt !== null && user.status !== 'deleted' ? user.id : null;
  }
  const [provider, another] = providers;
  const identities = db.selectFrom('users.externalIdentity').select('userId').where('subject', '=', id);
  if (issuer !== null) return (await identities.where('issuer', '=', issuer).executeTakeFirst())?.userId ?? null;
  if (provider === undefined || another !== undefined) return null;
  return (await identities.where('provider', '=', provider).executeTakeFirst())?.userId ?? null;
}

export function findExternalCode(db: UsersReader, addressMac: Buffer): Promise<ExternalCodeRow | undefined> {
  return externalCodes(db, addressMac).executeTakeFirst();
}

export function lockExternalCode(tx: UsersWriter, addressMac: Buffer): Promise<ExternalCodeRow | undefined> {
  return externalCodes(tx, addressMac).forUpdate().executeTakeFirst();
}

export async function upsertExternalCode(tx: UsersWriter, row: ExternalCodeRow): Promise<void> {
  const insert = tx.insertInto('users.externalCode').values(row);
  await insert.onConflict((conflict) => conflict.column('addressMac').doUpdateSet(row)).execute();
}

export function deleteExternalCodes(tx: UsersWriter, before: string, limit: number): Promise<number> {
  return deleteSome(tx, 'users.externalCode', { column: 'sentAt', before }, limit);
}
