import { sql, type Expression, type SqlBool } from 'kysely';
import { inBatches } from '#platform/database/port.ts';
import type { AccessEntry, ListedResources, Right } from '../contract.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

/** The user or the role of an entry: its row has exactly one of the two. */
export type AccessSubject = { userId: string } | { roleId: string };

const COLUMN: Record<Right, string> = {
  read: 'can_read',
  write: 'can_write',
  delete: 'can_delete',
  manage: 'can_manage',
};

/** Whether one resource has an entry for the user: for rows that are known by their ids, looked up one by one. */
export function isListed(userId: string, resourceType: string, idRef: string, right: Right): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select from "authorization".access_entry entry
    where entry.resource_type = ${resourceType} and entry.resource_id = ${sql.ref(idRef)}
      and entry.${sql.raw(COLUMN[right])} and (entry.user_id = ${userId}::uuid or entry.role_id in (
        select reach.reached_id from "authorization".subject_role held
        join "authorization".role_reach reach on reach.role_id = held.role_id where held.user_id = ${userId}::uuid)))`;
}

/**
 * Where the resources are that the user may access: by own entries, and by those of roles. SQL text, because it becomes
 * part of other modules' queries, whose builders lack these tables. Apart, because each has an index: the entries of
 * the user come in its order, so that the newest of many are found without the others.
 */
export function listedResources(userId: string, resourceType: string, right: Right): ListedResources[] {
  const isRight = sql.raw(COLUMN[right]);
  return [
    sql`(select resource_id from "authorization".access_entry
      where user_id = ${userId}::uuid and resource_type = ${resourceType} and ${isRight})`,
    sql`(select entry.resource_id from "authorization".subject_role held
      join "authorization".role_reach reach on reach.role_id = held.role_id
      join "authorization".access_entry entry on entry.role_id = reach.reached_id
      where held.user_id = ${userId}::uuid and entry.resource_type = ${resourceType} and entry.${isRight})`,
  ];
}

/** The entry because of which `isListed` is true; the user's own entry comes before a role's. */
export function findAllowingEntry(
  db: AuthorizationReader,
  userId: string,
  resourceType: string,
  resourceId: string,
  right: Right,
): Promise<Pick<AccessEntry, 'subjectType' | 'subjectValue'> | undefined> {
  return entries(db, resourceType, resourceId)
    .where(sql<boolean>`e.${sql.raw(COLUMN[right])} and (e.user_id = ${userId}::uuid or e.role_id in (
      select reach.reached_id from "authorization".subject_role held
      join "authorization".role_reach reach on reach.role_id = held.role_id where held.user_id = ${userId}::uuid))`)
    .orderBy('e.userId')
    .orderBy('r.name')
    .limit(1)
    .executeTakeFirst();
}

const COLUMNS = ['e.canRead', 'e.canWrite', 'e.canDelete', 'e.canManage'] as const;

function entries(db: AuthorizationReader, resourceType: string, resourceId: string) {
  return db
    .selectFrom('authorization.accessEntry as e')
    .leftJoin('authorization.role as r', 'r.id', 'e.roleId')
    .select([
      sql<AccessEntry['subjectType']>`case when e.user_id is null then 'role' else 'user' end`.as('subjectType'),
      sql<string>`coalesce(r.name, e.user_id::text)`.as('subjectValue'),
      ...COLUMNS,
    ])
    .where('e.resourceType', '=', resourceType)
    .where('e.resourceId', '=', resourceId);
}

/** Users first, by id, then roles by name. */
export function listEntries(db: AuthorizationReader, resourceType: string, resourceId: string): Promise<AccessEntry[]> {
  return entries(db, resourceType, resourceId).orderBy('e.userId').orderBy('r.name').execute();
}

export async function findEntry(
  db: AuthorizationReader,
  resourceType: string,
  resourceId: string,
  listed: AccessSubject,
): Promise<AccessEntry | null> {
  const rows = entries(db, resourceType, resourceId);
  const found =
    'userId' in listed ? rows.where('e.userId', '=', listed.userId) : rows.where('e.roleId', '=', listed.roleId);
  return (await found.executeTakeFirst()) ?? null;
}

export async function upsertEntry(
  tx: AuthorizationWriter,
  resourceType: string,
  resourceId: string,
  listed: AccessSubject,
  { canRead, canWrite, canDelete, canManage }: AccessEntry,
): Promise<void> {
  const rights = { canRead, canWrite, canDelete, canManage };
  await tx
    .insertInto('authorization.accessEntry')
    .values({ resourceType, resourceId, userId: null, roleId: null, ...listed, ...rights })
    .onConflict((conflict) => conflict.columns(['resourceType', 'resourceId', 'userId', 'roleId']).doUpdateSet(rights))
    .execute();
}

export async function deleteEntry(
  tx: AuthorizationWriter,
  resourceType: string,
  resourceId: string,
  listed: AccessSubject,
): Promise<void> {
  const rows = tx
    .deleteFrom('authorization.accessEntry')
    .where('resourceType', '=', resourceType)
    .where('resourceId', '=', resourceId);
  await (
    'userId' in listed ? rows.where('userId', '=', listed.userId) : rows.where('roleId', '=', listed.roleId)
  ).execute();
}

export async function deleteEntries(
  tx: AuthorizationWriter,
  resourceType: string,
  resourceIds: readonly string[],
): Promise<void> {
  await sql`
    delete from "authorization".access_entry
    where resource_type = ${resourceType} and resource_id = any(${resourceIds}::uuid[])`.execute(tx);
}

/** The entries of one user, without those of their roles: for the export of personal data. */
export function listEntriesFor(db: AuthorizationReader, userId: string) {
  const rows = db
    .selectFrom('authorization.accessEntry as e')
    .select(['e.resourceType', 'e.resourceId', ...COLUMNS])
    .where('e.userId', '=', userId)
    .orderBy('e.resourceType')
    .orderBy('e.resourceId');
  type Row = Awaited<ReturnType<typeof rows.execute>>[number];
  const isBehind = ({ resourceType, resourceId }: Row) =>
    sql<boolean>`(e.resource_type, e.resource_id) > (${resourceType}, ${resourceId}::uuid)`;
  return inBatches<Row>((after, limit) => (after ? rows.where(isBehind(after)) : rows).limit(limit).execute());
}
