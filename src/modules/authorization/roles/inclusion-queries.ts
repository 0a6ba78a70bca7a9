import { sql } from 'kysely';
import { ADMIN_ID } from '../built-in-roles.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';
import type { NamedRole } from './queries.ts';

/** Locks all inclusions until the unit ends: two changes that run one after the other cannot make a cycle together. */
export async function lockInclusions(tx: AuthorizationWriter): Promise<void> {
  await sql`lock table "authorization".role_inclusion in share row exclusive mode`.execute(tx);
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

/** One role includes another directly. */
export type Inclusion = { readonly roleId: string; readonly includedId: string };

/** All inclusions between the role and those that include it, at any depth. */
export function listInclusionsAbove(db: AuthorizationReader, roleId: string): Promise<Inclusion[]> {
  return db
    .selectFrom('authorization.roleInclusion as i')
    .innerJoin('authorization.roleReach as x', 'x.roleId', 'i.includedId')
    .select(['i.roleId', 'i.includedId'])
    .where('x.reachedId', '=', roleId)
    .execute();
}

/** All inclusions between these roles and those that they include, at any depth. */
export function listInclusionsBelow(db: AuthorizationReader, roleIds: readonly string[]): Promise<Inclusion[]> {
  if (roleIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('authorization.roleInclusion as i')
    .innerJoin('authorization.roleReach as x', 'x.reachedId', 'i.roleId')
    .select(['i.roleId', 'i.includedId'])
    .distinct()
    .where('x.roleId', 'in', roleIds)
    .execute();
}

/**
 * Makes the role include others, and adds what it and those that include it reach now and did not before. Needs the
 * lock; else a concurrent change would be missed.
 */
export async function addInclusions(
  tx: AuthorizationWriter,
  roleId: string,
  includedIds: readonly string[],
): Promise<void> {
  if (includedIds.length === 0) return;
  const rows = includedIds.map((includedId) => ({ roleId, includedId }));
  await tx.insertInto('authorization.roleInclusion').values(rows).execute();
  await sql`
    insert into "authorization".role_reach (role_id, reached_id)
    select distinct above.role_id, below.reached_id
    from "authorization".role_reach above, "authorization".role_reach below
    where above.reached_id = ${roleId}::uuid and below.role_id = any (${includedIds}::uuid[])
    on conflict do nothing`.execute(tx);
}

/**
 * Ends inclusions, and deletes what the role and those that include it no longer reach. Needs the lock. Only pairs of a
 * role above the inclusion and one below it can be lost. Such a pair is `kept` if another path leads to it: one that
 * leaves the roles above by an inclusion which remains. SQL text, because Kysely has no recursion in `delete`. `except`
 * and not `not exists`, which the planner joins row by row while the table has no statistics.
 */
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
  await sql`
    with recursive above as (
      select role_id from "authorization".role_reach where reached_id = ${roleId}::uuid),
    below as (
      select distinct reached_id from "authorization".role_reach where role_id = any (${includedIds}::uuid[])),
    kept (role_id, reached_id) as (
      select i.role_id, x.reached_id from above
      join "authorization".role_inclusion i on i.role_id = above.role_id
      join "authorization".role_reach x on x.role_id = i.included_id
      join below on below.reached_id = x.reached_id
      where i.included_id not in (select role_id from above)
      union
      select i.role_id, kept.reached_id from kept
      join "authorization".role_inclusion i on i.included_id = kept.role_id)
    delete from "authorization".role_reach r using (
      select above.role_id, below.reached_id from above, below
      except select role_id, reached_id from kept) lost
    where r.role_id = lost.role_id and r.reached_id = lost.reached_id`.execute(tx);
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

const FEW_HOLDERS = 200;

/**
 * The permissions other than `codes` that somebody holds who has the role, at any depth. Administrators do not count;
 * users who are suspended do. A role that everybody has, and a permission that everybody has, have as many holders as the
 * installation has users: the side that is known to have few is looked at.
 */
export async function listHeldBeyond(
  db: AuthorizationReader,
  roleId: string,
  codes: readonly string[],
): Promise<string[]> {
  const beyond = await db
    .selectFrom('authorization.permission')
    .select('code')
    .where(sql<boolean>`code <> all (${codes}::text[])`)
    .execute();
  if (beyond.length === 0) return [];
  const others = beyond.map(({ code }) => code);
  const holders = await listHoldersOfRole(db, roleId, FEW_HOLDERS + 1);
  const held = holders.length > FEW_HOLDERS ? heldWithRole(roleId, others) : heldByAny(holders, others);
  return (await held.execute(db)).rows.map(({ code }) => code);
}

async function listHoldersOfRole(db: AuthorizationReader, roleId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ userId: string }>`
    select s.user_id
    from (select role_id from "authorization".role_reach where reached_id = ${roleId}::uuid offset 0) x
    cross join lateral (
      select user_id from "authorization".subject_role where role_id = x.role_id limit ${limit}) s
    limit ${limit}`.execute(db);
  return rows.map(({ userId }) => userId);
}

const administrators = sql`(select user_id from "authorization".subject_role where role_id = ${ADMIN_ID}::uuid)`;

/** Which of `codes` one of these users holds. */
function heldByAny(userIds: readonly string[], codes: readonly string[]) {
  return sql<{ code: string }>`
    with holder as materialized (select unnest(${userIds}::uuid[]) as user_id except ${administrators})
    select distinct code from (
      select s.user_id, rp.permission as code from holder
      join "authorization".subject_role s using (user_id)
      join "authorization".role_reach x on x.role_id = s.role_id
      join "authorization".role_permission rp on rp.role_id = x.reached_id
      union select user_id, permission from holder join "authorization".subject_grant using (user_id)
      except select user_id, permission from holder join "authorization".subject_denial using (user_id)
    ) held where code = any (${codes}::text[])
    order by code`;
}

/**
 * Which of `codes` somebody holds who has the role. Of each, the holders are read up to the first who has the role, in the
 * order of the index: without it, the planner would read all grants where most are of one permission.
 */
function heldWithRole(roleId: string, codes: readonly string[]) {
  return sql<{ code: string }>`
    select c.code from unnest(${codes}::text[]) c (code) where exists (
      select from (
        select s.user_id from (
          select x.role_id from "authorization".role_permission rp
          join "authorization".role_reach x on x.reached_id = rp.role_id where rp.permission = c.code offset 0) giving
        cross join lateral (
          select user_id from "authorization".subject_role where role_id = giving.role_id order by user_id offset 0) s
        union all (
          select user_id from "authorization".subject_grant
          where permission between c.code and c.code order by permission, user_id offset 0)) held
      where exists (
          select from "authorization".subject_role s join "authorization".role_reach x on x.role_id = s.role_id
          where s.user_id = held.user_id and x.reached_id = ${roleId}::uuid offset 0)
        and not exists (
          select from "authorization".subject_denial d
          where d.user_id = held.user_id and d.permission = c.code offset 0)
        and held.user_id not in ${administrators})
    order by c.code`;
}
