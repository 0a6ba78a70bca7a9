import { sql } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { inBatches, isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import type { PublishedKey } from '../contract.ts';
import { deleteSome } from '../queries.ts';
import type { SessionRow, SigningKeyRow, UsersReader, UsersWriter } from '../tables.ts';

export async function insertSession(tx: UsersWriter, row: SessionRow): Promise<void> {
  await tx.insertInto('users.session').values(row).execute();
}

export function lockSession(tx: UsersWriter, id: string): Promise<SessionRow | undefined> {
  return tx.selectFrom('users.session').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** The user of a session, also of one that has ended. */
export async function findOwner(db: UsersReader, id: string): Promise<string | undefined> {
  const row = db.selectFrom('users.session').select('userId').where('id', '=', id);
  return (await row.executeTakeFirst())?.userId;
}

export async function updateSession(
  tx: UsersWriter,
  id: string,
  change: Partial<
    Pick<
      SessionRow,
      'counter' | 'rotatedAt' | 'lastUsedAt' | 'idleExpiresAt' | 'provedAt' | 'revokedAt' | 'organisationId'
    >
  >,
): Promise<void> {
  await tx.updateTable('users.session').set(change).where('id', '=', id).execute();
}

function liveSessions(db: UsersReader, now: string) {
  return db
    .selectFrom('users.session')
    .where('revokedAt', 'is', null)
    .where('idleExpiresAt', '>', now)
    .where('absoluteExpiresAt', '>', now);
}

/** The account of the session; undefined when the session has ended or the account cannot be used. */
export function findLiveSession(db: UsersReader, id: string, now: string) {
  return liveSessions(db, now)
    .innerJoin('users.user', 'users.user.id', 'users.session.userId')
    .where('users.user.status', '=', 'active')
    .where((eb) => eb.or([eb('lockedUntil', 'is', null), eb('lockedUntil', '<=', now)]))
    .where('users.session.id', '=', id)
    .select(['users.session.userId', 'users.session.absoluteExpiresAt', 'users.session.idleExpiresAt'])
    .select(['users.session.provedAt', 'users.session.organisationId'])
    .executeTakeFirst();
}

/** One page, newest first. */
export function listLiveSessions(db: UsersReader, userId: string, now: string, query: PageQuery) {
  const rows = liveSessions(db, now).selectAll().where(isExactly('user_id', userId));
  return pageQuery(db, rows, query, { ...newestFirst(), name: 'listSessions', bound: 'user_id' });
}

/** All that have not ended, newest first. */
export function exportLiveSessions(db: UsersReader, userId: string, now: string): AsyncGenerator<SessionRow> {
  const rows = liveSessions(db, now).selectAll().where('userId', '=', userId).orderBy('id', 'desc');
  return inBatches((after, limit) => (after ? rows.where('id', '<', after.id) : rows).limit(limit).execute());
}

/** Ends all sessions of the user except `exceptId`. Answers the ids of the ended ones. */
export async function revokeSessions(
  tx: UsersWriter,
  userId: string,
  now: string,
  exceptId: string | null,
): Promise<string[]> {
  const live = tx
    .updateTable('users.session')
    .set({ revokedAt: now })
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null);
  const rows = await (exceptId === null ? live : live.where('id', '<>', exceptId)).returning('id').execute();
  return rows.map(({ id }) => id);
}

/** Those that ended before; at most `limit` of each kind of end, which has an index. */
export async function deleteEndedSessions(tx: UsersWriter, before: string, limit: number): Promise<number> {
  let most = 0;
  for (const column of ['revokedAt', 'idleExpiresAt', 'absoluteExpiresAt'])
    most = Math.max(most, await deleteSome(tx, 'users.session', { column, before }, limit));
  return most;
}

export type StoredSigningKey = Omit<SigningKeyRow, 'publicJwk'> & { publicJwk: PublishedKey };

/** By `signsFrom`, the latest first. */
export function listSigningKeys(db: UsersReader): Promise<StoredSigningKey[]> {
  return db
    .selectFrom('users.signingKey')
    .select(['kid', 'privateSealed', 'createdAt', 'signsFrom', sql<PublishedKey>`public_jwk`.as('publicJwk')])
    .orderBy('signsFrom', 'desc')
    .orderBy('kid')
    .execute();
}

/** Held while keys are made or deleted: one node at a time. */
export async function lockSigningKeys(tx: UsersWriter): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('users.signing_key'))`.execute(tx);
}

export async function insertSigningKey(tx: UsersWriter, row: SigningKeyRow): Promise<void> {
  await tx.insertInto('users.signingKey').values(row).execute();
}

export async function updateSignsFrom(tx: UsersWriter, kid: string, signsFrom: string): Promise<void> {
  await tx.updateTable('users.signingKey').set({ signsFrom }).where('kid', '=', kid).execute();
}

export async function deleteSigningKeys(tx: UsersWriter, kids: readonly string[]): Promise<void> {
  if (kids.length > 0) await tx.deleteFrom('users.signingKey').where('kid', 'in', kids).execute();
}
