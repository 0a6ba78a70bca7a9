import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import type { Holdings, Matrix, Role } from './contract.ts';
import { ADMIN, ADMIN_ID, type Reader, type Writer } from './tables.ts';

/** Only codes of the catalogue have effect; `admin` has them all. */
const permissionsOfRole = sql<string[]>`array(
  select p.code from "authorization".permission p
  where r.name = ${sql.lit(ADMIN)} or exists (
    select 1 from "authorization".role_permission rp where rp.role_id = r.id and rp.permission = p.code)
  order by p.code)`;

function roles(db: Reader) {
  return db
    .selectFrom('authorization.role as r')
    .select(['r.id', 'r.name', 'r.builtIn', 'r.version', 'r.createdAt', permissionsOfRole.as('permissions')]);
}

/** Built-in roles first, then by name. */
export function listRoles(db: Reader): Promise<Role[]> {
  return roles(db).orderBy('r.builtIn', 'desc').orderBy('r.name').execute();
}

export function findRole(db: Reader, id: string): Promise<Role | undefined> {
  return roles(db).where('r.id', '=', id).executeTakeFirst();
}

export function findRoleByName(db: Reader, name: string): Promise<Role | undefined> {
  return roles(db)
    .where(sql<boolean>`lower(r.name) = lower(${name})`)
    .executeTakeFirst();
}

/** Holds the role's row until the unit ends: two changes of one role, or of its holders, take turns. */
export async function lockRole(tx: Writer, by: { id: string } | { name: string }): Promise<Role | undefined> {
  const rows = tx.selectFrom('authorization.role').select('id').forUpdate();
  const wanted = 'id' in by ? rows.where('id', '=', by.id) : rows.where(sql<boolean>`lower(name) = lower(${by.name})`);
  const found = await wanted.executeTakeFirst();
  return found && findRole(tx, found.id);
}

/** False when there is a role of that name. */
export async function insertRole(tx: Writer, name: string): Promise<string | null> {
  const row = tx
    .insertInto('authorization.role')
    .values({ id: newId(), name, builtIn: false, version: 1, createdAt: sql`now()` });
  const inserted = await row
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted)
    await tx.insertInto('authorization.roleReach').values({ roleId: inserted.id, reachedId: inserted.id }).execute();
  return inserted?.id ?? null;
}

export async function renameRole(tx: Writer, id: string, name: string): Promise<void> {
  await tx.updateTable('authorization.role').set({ name }).where('id', '=', id).execute();
}

export async function touchRole(tx: Writer, id: string): Promise<void> {
  await tx
    .updateTable('authorization.role')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function deleteRole(tx: Writer, id: string): Promise<void> {
  await tx.deleteFrom('authorization.role').where('id', '=', id).execute();
}

export async function addPermissions(tx: Writer, roleId: string, codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return;
  const rows = codes.map((permission) => ({ roleId, permission }));
  await tx
    .insertInto('authorization.rolePermission')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function removePermissions(tx: Writer, roleId: string, codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return;
  await tx
    .deleteFrom('authorization.rolePermission')
    .where('roleId', '=', roleId)
    .where('permission', 'in', codes)
    .execute();
}

/** Those of `codes` that are not in the catalogue. */
export async function unknownPermissions(db: Reader, codes: readonly string[]): Promise<string[]> {
  if (codes.length === 0) return [];
  const known = await db.selectFrom('authorization.permission').select('code').where('code', 'in', codes).execute();
  return codes.filter((code) => !known.some((row) => row.code === code));
}

export function listPermissions(db: Reader): Promise<Matrix['permissions']> {
  return db.selectFrom('authorization.permission').selectAll().orderBy('code').execute();
}

/** Whether that changed anything. */
export async function replaceCatalogue(tx: Writer, rows: Matrix['permissions']): Promise<boolean> {
  const gone = await tx
    .deleteFrom('authorization.permission')
    .where(
      'code',
      'not in',
      rows.map(({ code }) => code),
    )
    .returning('code')
    .execute();
  const insert = tx.insertInto('authorization.permission').values(rows);
  const changed = await insert
    .onConflict((conflict) =>
      conflict
        .column('code')
        .doUpdateSet((eb) => ({ description: eb.ref('excluded.description'), module: eb.ref('excluded.module') }))
        .where(
          sql<boolean>`(permission.description, permission.module) is distinct from (excluded.description, excluded.module)`,
        ),
    )
    .returning('code')
    .execute();
  return gone.length + changed.length > 0;
}

export async function insertSubject(tx: Writer, userId: string): Promise<void> {
  const row = tx.insertInto('authorization.subject').values({ userId, admittedAt: sql`now()` });
  await row.onConflict((conflict) => conflict.doNothing()).execute();
}

export async function deleteSubject(tx: Writer, userId: string): Promise<void> {
  await tx.deleteFrom('authorization.subject').where('userId', '=', userId).execute();
}

/** Holds the user's row until the unit ends: changes of what one user holds take turns. False for an unknown user. */
export async function lockSubject(tx: Writer, userId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('authorization.subject')
    .select('userId')
    .where('userId', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** False when the user has the role already. */
export async function insertSubjectRole(tx: Writer, userId: string, roleId: string): Promise<boolean> {
  const row = tx.insertInto('authorization.subjectRole').values({ userId, roleId, grantedAt: sql`now()` });
  const { numInsertedOrUpdatedRows } = await row
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** False when the user does not have the role. */
export async function deleteSubjectRole(tx: Writer, userId: string, roleId: string): Promise<boolean> {
  const row = tx.deleteFrom('authorization.subjectRole').where('userId', '=', userId).where('roleId', '=', roleId);
  return (await row.executeTakeFirstOrThrow()).numDeletedRows === 1n;
}

export async function isHolder(db: Reader, userId: string, roleId: string): Promise<boolean> {
  const rows = db
    .selectFrom('authorization.subjectRole')
    .select('userId')
    .where('userId', '=', userId)
    .where('roleId', '=', roleId);
  return (await rows.executeTakeFirst()) !== undefined;
}

/** Whether anybody but `exceptUserId` can act as administrator. */
export async function hasOtherAdministrator(db: Reader, exceptUserId: string | null): Promise<boolean> {
  const rows = db
    .selectFrom('authorization.subjectRole as s')
    .innerJoin('authorization.subject as u', 'u.userId', 's.userId')
    .select('s.userId')
    .where('s.roleId', '=', ADMIN_ID)
    .where('u.suspendedAt', 'is', null)
    .limit(1);
  const row = await (exceptUserId === null ? rows : rows.where('s.userId', '<>', exceptUserId)).executeTakeFirst();
  return row !== undefined;
}

/** False when that is how it stands already. */
export async function setSuspended(tx: Writer, userId: string, isSuspended: boolean): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('authorization.subject')
    .set({ suspendedAt: isSuspended ? sql`now()` : null })
    .where('userId', '=', userId)
    .where('suspendedAt', isSuspended ? 'is' : 'is not', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/**
 * What a user may do, and whether all of it is without effect at present; undefined for somebody who is not admitted.
 * Text, since it is what every decision that is not remembered waits for.
 */
export async function findEffective(
  db: Reader,
  userId: string,
): Promise<{ codes: string[]; isSuspended: boolean } | undefined> {
  const { rows } = await sql<{ codes: string[]; isSuspended: boolean }>`
    select u.suspended_at is not null as is_suspended, case
      when exists (
        select 1 from "authorization".subject_role where user_id = u.user_id and role_id = ${ADMIN_ID}::uuid)
      then array(select code from "authorization".permission)
      else array(
        select p.code from "authorization".permission p join (
          select rp.permission from "authorization".subject_role s
          join "authorization".role_reach x on x.role_id = s.role_id
          join "authorization".role_permission rp on rp.role_id = x.reached_id
          where s.user_id = u.user_id
          union select permission from "authorization".subject_grant where user_id = u.user_id
          except select permission from "authorization".subject_denial where user_id = u.user_id
        ) held on held.permission = p.code)
      end as codes
    from "authorization".subject u where u.user_id = ${userId}::uuid`.execute(db);
  return rows[0];
}

/** Roles of one user with their permissions; null for somebody who is not admitted. */
export async function findHoldings(db: Reader, userId: string): Promise<Holdings | null> {
  const subject = await db
    .selectFrom('authorization.subject')
    .select('userId')
    .where('userId', '=', userId)
    .executeTakeFirst();
  if (!subject) return null;
  const held = await roles(db)
    .innerJoin('authorization.subjectRole as s', 's.roleId', 'r.id')
    .where('s.userId', '=', userId)
    .orderBy('r.name')
    .execute();
  const codes = [...new Set(held.flatMap(({ permissions }) => permissions))].toSorted();
  const from = (code: string) => held.filter(({ permissions }) => permissions.includes(code)).map(({ name }) => name);
  return {
    userId,
    roles: held.map(({ name }) => name),
    permissions: codes.map((code) => ({ code, roles: from(code) })),
  };
}

export async function listRoleNames(
  db: Reader,
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

export async function listHolders(db: Reader, code: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('authorization.subject as u')
    .select('u.userId')
    .where(sql<boolean>`exists (
      select 1 from "authorization".subject_role s join "authorization".role r on r.id = s.role_id
      where s.user_id = u.user_id and (r.name = ${ADMIN} or exists (
        select 1 from "authorization".role_permission rp where rp.role_id = r.id and rp.permission = ${code})))`)
    .orderBy('u.userId')
    .limit(limit)
    .execute();
  return rows.map(({ userId }) => userId);
}
