import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import type { Role } from '../schemas.ts';
import { ADMIN_ID } from '../built-in-roles.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

/** A role's own permissions. Only codes of the catalogue have effect; `admin` has them all. */
const permissionsOfRole = sql<string[]>`case when r.id = ${sql.lit(ADMIN_ID)}
  then array(select code from "authorization".permission order by code)
  else array(
    select p.code from "authorization".role_permission rp
    join "authorization".permission p on p.code = rp.permission where rp.role_id = r.id order by p.code) end`;

const includedByRole = sql<string[]>`array(
  select i.name from "authorization".role_inclusion x join "authorization".role i on i.id = x.included_id
  where x.role_id = r.id order by lower(i.name))`;

function roles(db: AuthorizationReader) {
  return db
    .selectFrom('authorization.role as r')
    .select(['r.id', 'r.name', 'r.builtIn', 'r.version', 'r.createdAt'])
    .select([permissionsOfRole.as('permissions'), includedByRole.as('includes')]);
}

/** Built-in roles first, then by name. */
export function listRoles(db: AuthorizationReader): Promise<Role[]> {
  return roles(db).orderBy('r.builtIn', 'desc').orderBy('r.name').execute();
}

export function findRole(db: AuthorizationReader, id: string): Promise<Role | undefined> {
  return roles(db).where('r.id', '=', id).executeTakeFirst();
}

export function findRoleByName(db: AuthorizationReader, name: string): Promise<Role | undefined> {
  return roles(db)
    .where(sql<boolean>`lower(r.name) = lower(${name})`)
    .executeTakeFirst();
}

/** Locks the role's row until the unit ends: changes of one role, or of its holders, run one after the other. */
export async function lockRole(
  tx: AuthorizationWriter,
  by: { id: string } | { name: string },
): Promise<Role | undefined> {
  const rows = tx.selectFrom('authorization.role').select('id').forUpdate();
  const wanted = 'id' in by ? rows.where('id', '=', by.id) : rows.where(sql<boolean>`lower(name) = lower(${by.name})`);
  const found = await wanted.executeTakeFirst();
  return found && findRole(tx, found.id);
}

/** Null when a role with that name exists. The new role reaches itself. */
export async function insertRole(tx: AuthorizationWriter, name: string): Promise<string | null> {
  const id = newId();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('authorization.role')
    .values({ id, name, builtIn: false, version: 1, createdAt: sql`now()` })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return null;
  await tx.insertInto('authorization.roleReach').values({ roleId: id, reachedId: id }).execute();
  return id;
}

export async function renameRole(tx: AuthorizationWriter, id: string, name: string): Promise<void> {
  await tx.updateTable('authorization.role').set({ name }).where('id', '=', id).execute();
}

export async function touchRole(tx: AuthorizationWriter, id: string): Promise<void> {
  await tx
    .updateTable('authorization.role')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function deleteRole(tx: AuthorizationWriter, id: string): Promise<void> {
  await tx.deleteFrom('authorization.role').where('id', '=', id).execute();
}

export async function addPermissions(tx: AuthorizationWriter, roleId: string, codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return;
  const rows = codes.map((permission) => ({ roleId, permission }));
  await tx
    .insertInto('authorization.rolePermission')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function removePermissions(
  tx: AuthorizationWriter,
  roleId: string,
  codes: readonly string[],
): Promise<void> {
  if (codes.length === 0) return;
  await tx
    .deleteFrom('authorization.rolePermission')
    .where('roleId', '=', roleId)
    .where('permission', 'in', codes)
    .execute();
}
