import type { ApiKeyRow, UsersReader, UsersWriter } from '../tables.ts';
import type { ApiKey } from './schemas.ts';

const COLUMNS = ['id', 'name', 'prefix', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt'] as const;

function ownedBy(db: UsersReader, userId: string) {
  return db.selectFrom('users.apiKey').where('userId', '=', userId);
}

/** Newest first. */
export function listApiKeys(db: UsersReader, userId: string): Promise<ApiKey[]> {
  return ownedBy(db, userId).select(COLUMNS).orderBy('id', 'desc').execute();
}

export function findApiKey(db: UsersReader, userId: string, id: string): Promise<ApiKey | undefined> {
  return ownedBy(db, userId).select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** Undefined unless its owner is active now. */
export function findUsableKey(db: UsersReader, by: { prefix: string } | { id: string }, now: string) {
  return db
    .selectFrom('users.apiKey as k')
    .innerJoin('users.user as u', 'u.id', 'k.userId')
    .select(['k.id', 'k.userId', 'k.hash', 'k.scopes', 'k.expiresAt'])
    .where((eb) => ('id' in by ? eb('k.id', '=', by.id) : eb('k.prefix', '=', by.prefix)))
    .where('u.status', '=', 'active')
    .where((eb) => eb.or([eb('u.lockedUntil', 'is', null), eb('u.lockedUntil', '<=', now)]))
    .executeTakeFirst();
}

export async function insertApiKey(tx: UsersWriter, row: ApiKeyRow): Promise<void> {
  await tx.insertInto('users.apiKey').values(row).execute();
}

/** Undefined when the user has no such key. */
export function deleteApiKey(
  tx: UsersWriter,
  userId: string,
  id: string,
): Promise<Pick<ApiKeyRow, 'prefix' | 'name'> | undefined> {
  const own = tx.deleteFrom('users.apiKey').where('userId', '=', userId);
  return own.where('id', '=', id).returning(['prefix', 'name']).executeTakeFirst();
}

/** Answers the deleted keys. */
export function deleteApiKeys(tx: UsersWriter, userId: string): Promise<{ id: string; prefix: string }[]> {
  return tx.deleteFrom('users.apiKey').where('userId', '=', userId).returning(['id', 'prefix']).execute();
}

export async function touchApiKey(tx: UsersWriter, id: string, now: string): Promise<void> {
  await tx.updateTable('users.apiKey').set({ lastUsedAt: now }).where('id', '=', id).execute();
}
