import { sql } from 'kysely';
import type { ApiKeyRow, UsersReader, UsersWriter } from '../tables.ts';
import type { ApiKey } from './schemas.ts';

const COLUMNS = [
  'k.id',
  'k.name',
  'k.prefix',
  'k.scopes',
  'k.createdAt',
  'k.expiresAt',
  'k.lastUsedAt',
  'k.impersonatorId',
  'k.reason',
] as const;

/** With the name of who acts with it, which the owner sees though they may not see the account. */
function ownedBy(db: UsersReader, userId: string) {
  return db
    .selectFrom('users.apiKey as k')
    .leftJoin('users.user as i', 'i.id', 'k.impersonatorId')
    .select(COLUMNS)
    .select(sql<string | null>`i.first_name || ' ' || i.last_name`.as('impersonatorName'))
    .where('k.userId', '=', userId);
}

/** Newest first. */
export function listApiKeys(db: UsersReader, userId: string): Promise<ApiKey[]> {
  return ownedBy(db, userId).orderBy('k.id', 'desc').execute();
}

export function findApiKey(db: UsersReader, userId: string, id: string): Promise<ApiKey | undefined> {
  return ownedBy(db, userId).where('k.id', '=', id).executeTakeFirst();
}

/** Undefined unless its owner is active now. */
export function findUsableKey(db: UsersReader, by: { prefix: string } | { id: string }, now: string) {
  return db
    .selectFrom('users.apiKey as k')
    .innerJoin('users.user as u', 'u.id', 'k.userId')
    .select(['k.id', 'k.userId', 'k.hash', 'k.scopes', 'k.expiresAt', 'k.impersonatorId'])
    .where((eb) => ('id' in by ? eb('k.id', '=', by.id) : eb('k.prefix', '=', by.prefix)))
    .where('u.status', '=', 'active')
    .where((eb) => eb.or([eb('u.lockedUntil', 'is', null), eb('u.lockedUntil', '<=', now)]))
    .executeTakeFirst();
}

export async function insertApiKey(tx: UsersWriter, row: ApiKeyRow): Promise<void> {
  await tx.insertInto('users.apiKey').values(row).execute();
}

const ENDED = ['id', 'prefix', 'userId', 'name', 'expiresAt', 'impersonatorId'] as const;
export type EndedKey = Pick<ApiKeyRow, (typeof ENDED)[number]>;

/** Undefined when the user has no such key. */
export function deleteApiKey(tx: UsersWriter, userId: string, id: string): Promise<EndedKey | undefined> {
  const own = tx.deleteFrom('users.apiKey').where('userId', '=', userId);
  return own.where('id', '=', id).returning(ENDED).executeTakeFirst();
}

/** Answers the deleted keys. */
export function deleteApiKeys(tx: UsersWriter, userId: string): Promise<EndedKey[]> {
  return tx.deleteFrom('users.apiKey').where('userId', '=', userId).returning(ENDED).execute();
}

/**
 * Which of them: all in which a user takes part, as either; or of one impersonator those that began in some sessions, those
 * on behalf of one person, or the one with an id.
 */
export type WhichImpersonations =
  | { readonly involving: string }
  | ({ readonly by: string } & (
      | { readonly sessionIds: readonly string[] }
      | { readonly userId: string }
      | { readonly id: string }
    ));

/** Deletes keys with which somebody acts on behalf of somebody else; answers them. */
export function deleteImpersonations(tx: UsersWriter, which: WhichImpersonations): Promise<EndedKey[]> {
  const keys = tx.deleteFrom('users.apiKey').where('impersonatorId', 'is not', null).returning(ENDED);
  if ('involving' in which)
    return keys
      .where((eb) => eb.or([eb('userId', '=', which.involving), eb('impersonatorId', '=', which.involving)]))
      .execute();
  const own = keys.where('impersonatorId', '=', which.by);
  if ('sessionIds' in which) return own.where('impersonatorSessionId', 'in', which.sessionIds).execute();
  return ('userId' in which ? own.where('userId', '=', which.userId) : own.where('id', '=', which.id)).execute();
}

export async function listPrefixes(db: UsersReader, userId: string): Promise<string[]> {
  const rows = await db.selectFrom('users.apiKey').select('prefix').where('userId', '=', userId).execute();
  return rows.map(({ prefix }) => prefix);
}

export async function touchApiKey(tx: UsersWriter, id: string, now: string): Promise<void> {
  await tx.updateTable('users.apiKey').set({ lastUsedAt: now }).where('id', '=', id).execute();
}
