import { sql } from 'kysely';
import { ADMIN_ID } from '../built-in-roles.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

/** Locks all inclusions until the unit ends: two changes that run one after the other cannot make a cycle together. */
export async function lockInclusions(tx: AuthorizationWriter): Promise<void> {
  await sql`lock table "authorization".role_inclusion in share row exclusive mode`.execute(tx);
}

export type NamedRole = { readonly id: string; readonly name: string };

/** Roles by name, whatever its case, in no order; unknown names are left out. */
export function findRolesNamed(db: AuthorizationReader, names: readonly string[]): Promise<NamedRole[]> {
  const wanted = names.map((name) => name.toLowerCase());
  if (wanted.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('authorization.role')
    .select(['id', 'name'])
    .where(sql<boolean>`lower(name) in (select lower(n) from unnest(${wanted}::text[]) n)`)
    .execute();
}

/** What a role includes directly. */
export function listIncluded(db: AuthorizationReader, roleId: string): Promise<NamedRole[]> {
  return db
    .selectFrom('authorization.roleInclusion as x')
    .innerJoin('authorization.role as r', 'r.id', 'x.includedId')
    .select(['r.id', 'r.name'])
    .where('x.roleId', '=', roleId)
    .orderBy('r.name')
    .execute();
}

/** Those of `candidates` that already include the role, at any depth, or are the role itself. */
export function listReaching(
  db: AuthorizationReader,
  roleId: string,
  candidates: readonly string[],
): Promise<NamedRole[]> {
  if (candidates.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('authorization.roleReach as x')
    .innerJoin('authorization.role as r', 'r.id', 'x.roleId')
    .select(['r.id', 'r.name'])
    .where('x.reachedId', '=', roleId)
    .where('x.roleId', 'in', candidates)
    .execute();
}

export async function addInclusions(
  tx: AuthorizationWriter,
  roleId: string,
  includedIds: readonly string[],
): Promise<void> {
  if (includedIds.length === 0) return;
  const rows = includedIds.map((includedId) => ({ roleId, includedId }));
  await tx.insertInto('authorization.roleInclusion').values(rows).execute();
}

export async function removeInclusions(
  tx: AuthorizationWriter,
  roleId: string,
  includedIds: readonly string[],
): Promise<void> {
  if (includedIds.length === 0) return;
  await tx
    .deleteFrom('authorization.roleInclusion')
    .where('roleId', '=', roleId)
    .where('includedId', 'in', includedIds)
    .execute();
}

/** The role itself and every role that includes it, at any depth. */
export async function listAffected(db: AuthorizationReader, roleId: string): Promise<string[]> {
  const rows = db.selectFrom('authorization.roleReach').select('roleId').where('reachedId', '=', roleId);
  return (await rows.execute()).map((row) => row.roleId);
}

/** Computes again which roles these roles reach. Needs the lock; else a concurrent change would be missed. */
export async function rebuildReach(tx: AuthorizationWriter, roleIds: readonly string[]): Promise<void> {
  if (roleIds.length === 0) return;
  await tx.deleteFrom('authorization.roleReach').where('roleId', 'in', roleIds).execute();
  await sql`
    insert into "authorization".role_reach (role_id, reached_id)
    with recursive walk (role_id, reached_id) as (
      select id, id from unnest(${roleIds}::uuid[]) id
      union
      select w.role_id, x.included_id from walk w
      join "authorization".role_inclusion x on x.role_id = w.reached_id)
    select role_id, reached_id from walk`.execute(tx);
}

/** The permissions that these roles give, with those of all roles that they include. */
export async function listGiven(db: AuthorizationReader, roleIds: readonly string[]): Promise<string[]> {
  if (roleIds.length === 0) return [];
  const { rows } = await sql<{ code: string }>`
    select p.code from "authorization".permission p
    where ${ADMIN_ID}::uuid = any (${roleIds}::uuid[]) or p.code in (
      select rp.permission from "authorization".role_reach x
      join "authorization".role_permission rp on rp.role_id = x.reached_id
      where x.role_id = any (${roleIds}::uuid[]))
    order by p.code`.execute(db);
  return rows.map(({ code }) => code);
}

/**
 * Names of the roles on access lists, among these and all that they include, that the user does not hold. Lists of the
 * resource types in `exceptTypes` do not count, and none counts for a user with the role `admin`.
 */
export async function listListedBeyond(
  db: AuthorizationReader,
  roleIds: readonly string[],
  userId: string,
  exceptTypes: readonly string[],
): Promise<string[]> {
  if (roleIds.length === 0) return [];
  const { rows } = await sql<{ name: string }>`
    with held as (
      select x.reached_id from "authorization".subject_role s
      join "authorization".role_reach x on x.role_id = s.role_id where s.user_id = ${userId}::uuid)
    select r.name from "authorization".role r
    where r.id in (select reached_id from "authorization".role_reach where role_id = any (${roleIds}::uuid[]))
      and r.id not in (select reached_id from held)
      and ${ADMIN_ID}::uuid not in (select reached_id from held)
      and exists (
        select 1 from "authorization".access_entry e
        where e.role_id = r.id and e.resource_type <> all (${exceptTypes}::text[]))
    order by r.name`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * The permissions other than `codes` that somebody holds who has the role, at any depth. Administrators do not count;
 * users who are suspended do.
 */
export async function listHeldBeyond(
  db: AuthorizationReader,
  roleId: string,
  codes: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    with beyond as (select code from "authorization".permission where code <> all (${codes}::text[])),
    holder as (
      select s.user_id from "authorization".role_reach x
      join "authorization".subject_role s on s.role_id = x.role_id where x.reached_id = ${roleId}::uuid
      except select user_id from "authorization".subject_role where role_id = ${ADMIN_ID}::uuid)
    select distinct held.code from (
      select s.user_id, b.code from beyond b
      join "authorization".role_permission rp on rp.permission = b.code
      join "authorization".role_reach x on x.reached_id = rp.role_id
      join "authorization".subject_role s on s.role_id = x.role_id
      union select g.user_id, b.code from beyond b join "authorization".subject_grant g on g.permission = b.code
      except select d.user_id, b.code from beyond b join "authorization".subject_denial d on d.permission = b.code
    ) held join holder on holder.user_id = held.user_id
    order by held.code`.execute(db);
  return rows.map(({ code }) => code);
}
