import type { ApiKeyRow, UsersReader, UsersWriter } from '../tables.ts';
import type { ApiKey } from './schemas.ts';

const COLUMNS = [
  'id',
  'name',
  'prefix',
  'scopes',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'impersonatorId',
  'reason',
] as const;

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

/** Undefined unless its owner, and who acts as them with it, are active now. */
export function findUsableKey(db: UsersReader, by: { prefix: string } | { id: string }, now: string) {
  return db
    .selectFrom('users.apiKey as k')
    .innerJoin('users.user as u', 'u.id', 'k.userId')
    .leftJoin('users.user as i', 'i.id', 'k.impersonatorId')
    .select(['k.id', 'k.userId', 'k.hash', 'k.scopes', 'k.expiresAt', 'k.impersonatorId'])
    .where((eb) => ('id' in by ? eb('k.id', '=', by.id) : eb('k.prefix', '=', by.prefix)))
    .where('u.status', '=', 'active')
    .where((eb) => eb.or([eb('u.lockedUntil', 'is', null), eb('u.lockedUntil', '<=', now)]))
    .where((eb) =>
      eb.or([
        eb('k.impersonatorId', 'is', null),
        eb.and([
          eb('i.status', '=', 'active'),
          eb.or([eb('i.lockedUntil', 'is', null), eb('i.lockedUntil', '<=', now)]),
        ]),
      ]),
    )
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

/** Those of the user, and those with which the user acts as others; answers them. */
export function deleteApiKeys(
  tx: UsersWriter,
  userId: string,
): Promise<{ id: string; prefix: string; userId: string }[]> {
  const keys = tx
    .deleteFrom('users.apiKey')
    .where((eb) => eb.or([eb('userId', '=', userId), eb('impersonatorId', '=', userId)]));
  return keys.returning(['id', 'prefix', 'userId']).execute();
}

/** Undefined when nobody acts as the user by it. */
export function deleteImpersonation(tx: UsersWriter, userId: string, id: string) {
  const own = tx.deleteFrom('users.apiKey').where('userId', '=', userId).where('id', '=', id);
  return own.where('impersonatorId', 'is not', null).returning('prefix').executeTakeFirst();
}

/** Of the keys of the user, and of those with which the user acts as others. */
export async function listPrefixes(db: UsersReader, userId: string): Promise<string[]> {
  const keys = db.selectFrom('users.apiKey').select('prefix');
  const rows = await keys
    .where((eb) => eb.or([eb('userId', '=', userId), eb('impersonatorId', '=', userId)]))
    .execute();
  return rows.map(({ prefix }) => prefix);
}

export async function touchApiKey(tx: UsersWriter, id: string, now: string): Promise<void> {
  await tx.updateTable('users.apiKey').set({ lastUsedAt: now }).where('id', '=', id).execute();
}
