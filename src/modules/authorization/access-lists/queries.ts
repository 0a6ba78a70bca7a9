import { sql, type Expression, type SqlBool } from 'kysely';
import { inBatches } from '#platform/database/port.ts';
import type { AccessEntry, ListedResources, Right } from '../contract.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

/** The user, the role or the organisation of an entry. */
export type AccessSubject = { userId: string } | { roleId: string } | { organisationId: string };

const COLUMN: Record<Right, string> = {
  read: 'can_read',
  write: 'can_write',
  delete: 'can_delete',
  manage: 'can_manage',
};

/**
 * Whether one resource has an entry for the user: for rows that are known by their ids, looked up one by one. No alias here
 * may be one of the queries that `idRef` is from.
 */
export function isListed(userId: string, resourceType: string, idRef: string, right: Right): Expression<SqlBool> {
  return sql<SqlBool>`(exists (
    select from "authorization".access_entry entry
    where entry.resource_type = ${resourceType} and entry.resource_id = ${sql.ref(idRef)}
      and entry.${sql.raw(COLUMN[right])} and (entry.user_id = ${userId}::uuid or entry.role_id in (
        select reach.reached_id from "authorization".subject_role held
        join "authorization".role_reach reach on reach.role_id = held.role_id where held.user_id = ${userId}::uuid)))
    or exists (
    select from "authorization".organisation_entry entry
    join "authorization".member membership
      on membership.organisation_id = entry.organisation_id and membership.user_id = ${userId}::uuid
    where entry.resource_type = ${resourceType} and entry.resource_id = ${sql.ref(idRef)}
      and entry.${sql.raw(COLUMN[right])}))`;
}

/**
 * Where the resources are that the user may access: by own entries, and by those of roles and organisations. SQL text,
 * because it becomes part of other modules' queries, whose builders lack these tables. Apart, because each has an index:
 * the entries of the user come in its order, so that the newest of many are found without the others.
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
    sql`(select entry.resource_id from "authorization".member membership
      join "authorization".organisation_entry entry on entry.organisation_id = membership.organisation_id
      where membership.user_id = ${userId}::uuid and entry.resource_type = ${resourceType} and entry.${isRight})`,
  ];
}

/** The entry because of which `isListed` is true: the user's own before a role's, and that before an organisation's. */
export async function findAllowingEntry(
  db: AuthorizationReader,
  userId: string,
  resourceType: string,
  resourceId: string,
  right: Right,
): Promise<Pick<AccessEntry, 'subjectType' | 'subjectValue'> | undefined> {
  const isRight = sql<boolean>`e.${sql.raw(COLUMN[right])}`;
  const own = await entries(db, resourceType, resourceId)
    .where(isRight)
    .where(sql<boolean>`(e.user_id = ${userId}::uuid or e.role_id in (
      select reach.reached_id from "authorization".subject_role held
      join "authorization".role_reach reach on reach.role_id = held.role_id where held.user_id = ${userId}::uuid))`)
    .orderBy('e.userId')
    .orderBy('r.name')
    .limit(1)
    .executeTakeFirst();
  if (own) return own;
  return organisationEntries(db, resourceType, resourceId)
    .where(isRight)
    .where(sql<boolean>`e.organisation_id in (
      select organisation_id from "authorization".member where user_id = ${userId}::uuid)`)
    .orderBy('e.organisationId')
    .limit(1)
    .executeTakeFirst();
}

const COLUMNS = ['e.canRead', 'e.canWrite', 'e.canDelete', 'e.canManage'] as const;

/** Of users and roles. */
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

function organisationEntries(db: AuthorizationReader, resourceType: string, resourceId: string) {
  return db
    .selectFrom('authorization.organisationEntry as e')
    .select([
      sql<AccessEntry['subjectType']>`'organisation'`.as('subjectType'),
      sql<string>`e.organisation_id::text`.as('subjectValue'),
      ...COLUMNS,
    ])
    .where('e.resourceType', '=', resourceType)
    .where('e.resourceId', '=', resourceId);
}

/** Users first, by id, then roles by name, then organisations by id. */
export async function listEntries(
  db: AuthorizationReader,
  resourceType: string,
  resourceId: string,
): Promise<AccessEntry[]> {
  const own = await entries(db, resourceType, resourceId).orderBy('e.userId').orderBy('r.name').execute();
  const ofOrganisations = organisationEntries(db, resourceType, resourceId).orderBy('e.organisationId');
  return [...own, ...(await ofOrganisations.execute())];
}

export async function findEntry(
  db: AuthorizationReader,
  resourceType: string,
  resourceId: string,
  listed: AccessSubject,
): Promise<AccessEntry | null> {
  const found = await (
    'organisationId' in listed
      ? organisationEntries(db, resourceType, resourceId).where('e.organisationId', '=', listed.organisationId)
      : 'userId' in listed
        ? entries(db, resourceType, resourceId).where('e.userId', '=', listed.userId)
        : entries(db, resourceType, resourceId).where('e.roleId', '=', listed.roleId)
  ).executeTakeFirst();
  return found ?? null;
}

export async function upsertEntry(
  tx: AuthorizationWriter,
  resourceType: string,
  resourceId: string,
  listed: AccessSubject,
  { canRead, canWrite, canDelete, canManage }: AccessEntry,
): Promise<void> {
  const rights = { canRead, canWrite, canDelete, canManage };
  if ('organisationId' in listed) {
    await tx
      .insertInto('authorization.organisationEntry')
      .values({ resourceType, resourceId, ...listed, ...rights })
      .onConflict((conflict) => conflict.columns(['resourceType', 'resourceId', 'organisationId']).doUpdateSet(rights))
      .execute();
    return;
  }
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
  const [[column, id] = ['', '']] = Object.entries(listed);
  const table = 'organisationId' in listed ? 'authorization.organisationEntry' : 'authorization.accessEntry';
  await sql`delete from ${sql.table(table)} where resource_type = ${resourceType}
    and resource_id = ${resourceId}::uuid and ${sql.ref(column)} = ${id}::uuid`.execute(tx);
}

export async function deleteEntries(
  tx: AuthorizationWriter,
  resourceType: string,
  resourceIds: readonly string[],
): Promise<void> {
  for (const table of ['authorization.accessEntry', 'authorization.organisationEntry'])
    await sql`delete from ${sql.table(table)}
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
