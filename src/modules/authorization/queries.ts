import { sql, type Kysely, type Transaction } from 'kysely';
import { newId } from '#kernel/id.ts';
import type { Holdings, Matrix, Role } from './contract.ts';

/** Mirrors migrations/; the only tables this module can name. */
export type AuthorizationTables = {
  'authorization.permission': { code: string; description: string; module: string };
  'authorization.role': { id: string; name: string; builtIn: boolean; version: number; createdAt: string };
  'authorization.rolePermission': { roleId: string; permission: string };
  'authorization.subject': { userId: string; admittedAt: string };
  'authorization.subjectRole': { userId: string; roleId: string; grantedAt: string };
};
export type Reader = Kysely<AuthorizationTables>;
export type Writer = Transaction<AuthorizationTables>;

export const ADMIN = 'admin';
export const USER = 'user';

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

/** Keeps the user from being removed while a role is being given. */
export async function lockSubject(tx: Writer, userId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('authorization.subject')
    .select('userId')
    .where('userId', '=', userId)
    .forShare()
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

/** Whether anybody but `exceptUserId` holds the role. */
export async function hasOtherHolder(db: Reader, roleId: string, exceptUserId: string | null): Promise<boolean> {
  const rows = db.selectFrom('authorization.subjectRole').select('userId').where('roleId', '=', roleId).limit(1);
  const row = await (exceptUserId === null ? rows : rows.where('userId', '<>', exceptUserId)).executeTakeFirst();
  return row !== undefined;
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
