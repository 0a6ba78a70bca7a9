import { sql } from 'kysely';
import { ADMIN_ID } from '../built-in-roles.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

/** True for a user (`u`) who cannot act at present: suspended, or locked until later. */
export const isWithoutEffect = sql<boolean>`(u.suspended_at is not null or coalesce(u.absent_until > now(), false))`;

export async function insertSubject(tx: AuthorizationWriter, userId: string, isSuspended: boolean): Promise<void> {
  const suspendedAt = isSuspended ? sql<string>`now()` : null;
  const row = tx.insertInto('authorization.subject').values({ userId, admittedAt: sql`now()`, suspendedAt });
  await row.onConflict((conflict) => conflict.doNothing()).execute();
}

/** For users who are new, with all their roles. */
export async function insertSubjects(
  tx: AuthorizationWriter,
  subjects: readonly { userId: string; isSuspended: boolean }[],
  roles: readonly { userId: string; roleId: string }[],
): Promise<void> {
  await sql`insert into "authorization".subject (user_id, suspended_at)
    select s.user_id, case when s.is_suspended then now() end
    from unnest(${subjects.map(({ userId }) => userId)}::uuid[], ${subjects.map(({ isSuspended }) => isSuspended)}::boolean[])
      s (user_id, is_suspended)`.execute(tx);
  await sql`insert into "authorization".subject_role (user_id, role_id)
    select * from unnest(${roles.map(({ userId }) => userId)}::uuid[], ${roles.map(({ roleId }) => roleId)}::uuid[])`.execute(
    tx,
  );
}

export async function deleteSubject(tx: AuthorizationWriter, userId: string): Promise<void> {
  await tx.deleteFrom('authorization.subject').where('userId', '=', userId).execute();
}

export async function isSubject(db: AuthorizationReader, userId: string): Promise<boolean> {
  const row = db.selectFrom('authorization.subject').select('userId').where('userId', '=', userId);
  return (await row.executeTakeFirst()) !== undefined;
}

/** Locks the user's row until the unit ends, so that changes run one after the other. False for an unknown user. */
export async function lockSubject(tx: AuthorizationWriter, userId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('authorization.subject')
    .select('userId')
    .where('userId', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** False when the user has the role already. */
export async function insertSubjectRole(tx: AuthorizationWriter, userId: string, roleId: string): Promise<boolean> {
  const row = tx.insertInto('authorization.subjectRole').values({ userId, roleId, grantedAt: sql`now()` });
  const { numInsertedOrUpdatedRows } = await row
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** False when the user does not have the role. */
export async function deleteSubjectRole(tx: AuthorizationWriter, userId: string, roleId: string): Promise<boolean> {
  const row = tx.deleteFrom('authorization.subjectRole').where('userId', '=', userId).where('roleId', '=', roleId);
  return (await row.executeTakeFirstOrThrow()).numDeletedRows === 1n;
}

export async function isHolder(db: AuthorizationReader, userId: string, roleId: string): Promise<boolean> {
  const rows = db
    .selectFrom('authorization.subjectRole')
    .select('userId')
    .where('userId', '=', userId)
    .where('roleId', '=', roleId);
  return (await rows.executeTakeFirst()) !== undefined;
}

/** Whether the user holds a role other than this one, a permission without a role, an entry in an access list, or is in an organisation. */
export async function holdsBeside(db: AuthorizationReader, userId: string, roleName: string): Promise<boolean> {
  const { rows } = await sql<{ isHolder: boolean }>`
    select exists (select 1 from "authorization".subject_role s join "authorization".role r on r.id = s.role_id
                   where s.user_id = ${userId}::uuid and r.name <> ${roleName})
        or exists (select 1 from "authorization".subject_grant where user_id = ${userId}::uuid)
        or exists (select 1 from "authorization".access_entry where user_id = ${userId}::uuid)
        or exists (select 1 from "authorization".member where user_id = ${userId}::uuid) as is_holder`.execute(db);
  return rows[0]?.isHolder ?? false;
}

/** Whether a user other than `exceptUserId` can act as administrator. */
export async function hasOtherAdministrator(db: AuthorizationReader, exceptUserId: string | null): Promise<boolean> {
  const rows = db
    .selectFrom('authorization.subjectRole as s')
    .innerJoin('authorization.subject as u', 'u.userId', 's.userId')
    .select('s.userId')
    .where('s.roleId', '=', ADMIN_ID)
    .where(isWithoutEffect, 'is', false)
    .limit(1);
  const row = await (exceptUserId === null ? rows : rows.where('s.userId', '<>', exceptUserId)).executeTakeFirst();
  return row !== undefined;
}

export async function setAbsent(tx: AuthorizationWriter, userId: string, absentUntil: string | null): Promise<void> {
  await tx.updateTable('authorization.subject').set({ absentUntil }).where('userId', '=', userId).execute();
}

/** False when nothing changed. */
export async function setSuspended(tx: AuthorizationWriter, userId: string, isSuspended: boolean): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('authorization.subject')
    .set({ suspendedAt: isSuspended ? sql`now()` : null })
    .where('userId', '=', userId)
    .where('suspendedAt', isSuspended ? 'is' : 'is not', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

const TABLES = { grant: 'authorization.subjectGrant', denial: 'authorization.subjectDenial' } as const;
/** A permission that is granted or denied to a user directly, without a role. */
export type Direct = keyof typeof TABLES;

/** Sorted. */
export async function listDirect(db: AuthorizationReader, direct: Direct, userId: string): Promise<string[]> {
  const rows = db.selectFrom(TABLES[direct]).select('permission').where('userId', '=', userId).orderBy('permission');
  return (await rows.execute()).map(({ permission }) => permission);
}

export async function insertDirect(
  tx: AuthorizationWriter,
  direct: Direct,
  userId: string,
  permission: string,
): Promise<void> {
  const row = direct === 'grant' ? { grantedAt: sql<string>`now()` } : { deniedAt: sql<string>`now()` };
  await tx
    .insertInto(TABLES[direct])
    .values({ userId, permission, ...row })
    .execute();
}

export async function deleteDirect(
  tx: AuthorizationWriter,
  direct: Direct,
  userId: string,
  permission: string,
): Promise<void> {
  await tx.deleteFrom(TABLES[direct]).where('userId', '=', userId).where('permission', '=', permission).execute();
}

/**
 * The permissions of a user, sorted, and whether the account is suspended or locked at present; undefined for a user
 * who is not admitted. SQL text, because every decision that is not cached waits for this query.
 */
export async function findEffective(
  db: AuthorizationReader,
  userId: string,
): Promise<{ codes: string[]; isSuspended: boolean } | undefined> {
  const { rows } = await sql<{ codes: string[]; isSuspended: boolean }>`
    select u.suspended_at is not null as is_suspended, case
      when exists (
        select 1 from "authorization".subject_role where user_id = u.user_id and role_id = ${ADMIN_ID}::uuid)
      then array(select code from "authorization".permission order by code)
      else array(
        select p.code from "authorization".permission p join (
          select rp.permission from "authorization".subject_role s
          join "authorization".role_reach x on x.role_id = s.role_id
          join "authorization".role_permission rp on rp.role_id = x.reached_id
          where s.user_id = u.user_id
          union select permission from "authorization".subject_grant where user_id = u.user_id
          except select permission from "authorization".subject_denial where user_id = u.user_id
        ) held on held.permission = p.code order by p.code)
      end as codes
    from "authorization".subject u where u.user_id = ${userId}::uuid`.execute(db);
  return rows[0];
}

export async function listRoleNames(
  db: AuthorizationReader,
  userIds: readonly string[],
): Promise<{ userId: string; name: string }[]> {
  if (userIds.length === 0) return [];
  return db
    .selectFrom('authorization.subjectRole as s')
    .innerJoin('authorization.role as r', 'r.id', 's.roleId')
    .select(['s.userId', 'r.name'])
    .where('s.userId', 'in', userIds)
    .orderBy('r.name')
    .execute();
}

/** The users who can act and hold any of the roles, at any depth. */
export async function listMembers(db: AuthorizationReader, roleIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ userId: string }>`
    select distinct u.user_id
    from (select role_id from "authorization".role_reach where reached_id = any (${roleIds}::uuid[]) offset 0) x
    cross join lateral (select user_id from "authorization".subject_role where role_id = x.role_id offset 0) s
    join "authorization".subject u on u.user_id = s.user_id and not ${isWithoutEffect}
    order by u.user_id`.execute(db);
  return rows.map(({ userId }) => userId);
}

/**
 * The users who can use a permission at present, oldest first, from the first after `after`. Each way to a permission (the
 * role of administrators, a grant, each role that has it) is read in this order, and no further than a page.
 */
export async function listHolders(
  db: AuthorizationReader,
  code: string,
  limit: number,
  after = '00000000-0000-0000-0000-000000000000',
): Promise<string[]> {
  const isNext = sql`u.user_id > ${after}::uuid and not ${isWithoutEffect}`;
  const isDenied = sql`exists (
    select 1 from "authorization".subject_denial d where d.user_id = u.user_id and d.permission = ${code})`;
  const { rows } = await sql<{ userId: string }>`
    with granting as (
      select distinct x.role_id from "authorization".role_permission rp
      join "authorization".role_reach x on x.reached_id = rp.role_id where rp.permission = ${code}),
    found as (
      (select u.user_id from "authorization".subject_role s join "authorization".subject u using (user_id)
       where s.role_id = ${ADMIN_ID}::uuid and ${isNext} order by u.user_id limit ${limit})
      union
      (select u.user_id from "authorization".subject_grant g join "authorization".subject u using (user_id)
       where g.permission = ${code} and ${isNext} and not ${isDenied} order by u.user_id limit ${limit})
      union
      (select of_role.user_id from granting cross join lateral (
         select u.user_id from "authorization".subject_role s join "authorization".subject u using (user_id)
         where s.role_id = granting.role_id and ${isNext} and not ${isDenied} order by u.user_id limit ${limit}) of_role))
    select user_id from found where exists (select 1 from "authorization".permission where code = ${code})
    order by user_id limit ${limit}`.execute(db);
  return rows.map(({ userId }) => userId);
}

/** Everything that a decision about one user depends on, read in one statement, so that its parts are consistent. */
export interface DecisionInput {
  /** Null: in the installation, by the roles and permissions of the account. */
  readonly organisationId: string | null;
  /** Also true while the account is locked. */
  readonly isSuspended: boolean;
  readonly grants: readonly string[];
  readonly denials: readonly string[];
  /** The roles that the user holds and those that these reach, in no order. */
  readonly roles: readonly ReachedRole[];
}

export interface ReachedRole {
  readonly id: string;
  readonly name: string;
  readonly isHeld: boolean;
  /** Its own permissions; for `admin`, the whole catalogue. */
  readonly permissions: readonly string[];
  /** Ids of the roles that it includes directly. */
  readonly includes: readonly string[];
}

/**
 * Undefined for a user who is not admitted. In an organisation the role that they have there counts, and nothing that they
 * hold outside but their denials.
 */
export async function findDecisionInput(
  db: AuthorizationReader,
  userId: string,
  organisationId: string | null = null,
): Promise<DecisionInput | undefined> {
  const held =
    organisationId === null
      ? sql`(select user_id, role_id from "authorization".subject_role)`
      : sql`(select user_id, role_id from "authorization".member where organisation_id = ${organisationId}::uuid)`;
  const { rows } = await sql<DecisionInput>`
    select ${organisationId}::uuid as organisation_id, ${isWithoutEffect} as is_suspended,
      array(select g.permission from "authorization".subject_grant g
        join "authorization".permission p on p.code = g.permission
        where g.user_id = u.user_id and ${organisationId === null}::boolean order by 1) as grants,
      array(select permission from "authorization".subject_denial where user_id = u.user_id order by 1) as denials,
      array(select json_build_object(
        'id', r.id, 'name', r.name,
        'isHeld', exists (select 1 from ${held} h where h.user_id = u.user_id and h.role_id = r.id),
        'permissions', case when r.id = ${ADMIN_ID}::uuid
          then array(select code from "authorization".permission order by 1)
          else array(
            select p.code from "authorization".role_permission rp
            join "authorization".permission p on p.code = rp.permission where rp.role_id = r.id order by 1) end,
        'includes', array(select included_id from "authorization".role_inclusion where role_id = r.id))
        from "authorization".role r where r.id in (
          select x.reached_id from ${held} h
          join "authorization".role_reach x on x.role_id = h.role_id where h.user_id = u.user_id)) as roles
    from "authorization".subject u where u.user_id = ${userId}::uuid`.execute(db);
  return rows[0];
}
