import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { authorizationErrors as errors } from '../contract.ts';
import type { Role } from '../schemas.ts';
import { ADMIN_ID, USER_ID } from '../built-in-roles.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

/** A role's own permissions. Only codes of the catalogue have effect; `admin` has them all. */
const permissionsOfRole = sql<string[]>`case when r.id = ${sql.lit(ADMIN_ID)}
  then array(select code from "authorization".permission order by code)
  else array(
    select p.code from "authorization".role_permission rp
    join "authorization".permission p on p.code = rp.permission where rp.role_id = r.id order by p.code) end`;

const includedByRole = sql<string[]>`array(
  select i.name from "authorization".role_inclusion x join "authorization".role i on i.id = x.included_id
  where x.role_id = r.id order by i.form, i.name)`;

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

export type NamedRole = { readonly id: string; readonly name: string };

/**
 * For each of the names, in no order, the role that it names; null where there is none. The spelling decides only
 * between roles that have the same canonical name since before those had to be unique.
 */
export async function matchRoles(
  db: AuthorizationReader,
  names: readonly string[],
): Promise<{ wanted: string; role: NamedRole | null }[]> {
  const { rows } = await sql<{ wanted: string; role: NamedRole | null }>`
    with n as materialized (
      select name as wanted, platform.canonical_name(name) as form from unnest(${names}::text[]) name)
    select n.wanted, (
      select json_build_object('id', r.id, 'name', r.name) from "authorization".role r
      where r.form = n.form order by r.name = n.wanted desc, r.is_twin, r.id limit 1) as role
    from n`.execute(db);
  return rows;
}

/** As in `matchRoles`. @throws `authorization.role_not_found` for the first name without a role */
export async function findRolesNamed(db: AuthorizationReader, names: readonly string[]): Promise<NamedRole[]> {
  const matches = await matchRoles(db, names);
  const found = new Map(matches.map(({ wanted, role }) => [wanted, role]));
  const roleName = names.find((name) => !found.get(name));
  if (roleName !== undefined) throw errors.roleNotFound({ roleName });
  const byId = new Map(matches.flatMap(({ role }) => (role ? [[role.id, role]] : [])));
  return [...byId.values()];
}

export async function findRoleByName(db: AuthorizationReader, name: string): Promise<Role | undefined> {
  const [match] = await matchRoles(db, [name]);
  return match?.role ? findRole(db, match.role.id) : undefined;
}

/** Keeps these roles from being changed or deleted until the unit ends; answers those that there are. */
export async function holdRoleRows(tx: AuthorizationWriter, ids: readonly string[]): Promise<Set<string>> {
  const rows = tx
    .selectFrom('authorization.role')
    .select('id')
    .where('id', '=', sql<string>`any (${ids}::uuid[])`)
    .orderBy('id');
  return new Set((await rows.forShare().execute()).map(({ id }) => id));
}

/** Locks the role's row until the unit ends: changes of one role, or of its holders, run one after the other. */
export async function lockRole(
  tx: AuthorizationWriter,
  by: { id: string } | { name: string },
): Promise<Role | undefined> {
  const id = 'id' in by ? by.id : (await matchRoles(tx, [by.name]))[0]?.role?.id;
  if (id === undefined) return undefined;
  const rows = tx.selectFrom('authorization.role').select('id').where('id', '=', id);
  const found = await rows.forUpdate().executeTakeFirst();
  return found && findRole(tx, found.id);
}

/** The new role reaches itself. */
export async function insertRole(tx: AuthorizationWriter, name: string): Promise<string> {
  const id = newId();
  const row = { id, name, builtIn: false, version: 1, createdAt: sql<string>`now()` };
  await tx.insertInto('authorization.role').values(row).execute();
  await tx.insertInto('authorization.roleReach').values({ roleId: id, reachedId: id }).execute();
  return id;
}

export async function renameRole(tx: AuthorizationWriter, id: string, name: string): Promise<void> {
  await tx.updateTable('authorization.role').set({ name, isTwin: false }).where('id', '=', id).execute();
}

export async function touchRole(tx: AuthorizationWriter, id: string): Promise<void> {
  await tx
    .updateTable('authorization.role')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Who was a member by this role is a plain member from now on: nobody is put out because a role is deleted. */
export async function demoteMembers(tx: AuthorizationWriter, roleId: string): Promise<void> {
  await tx.updateTable('authorization.member').set({ roleId: USER_ID }).where('roleId', '=', roleId).execute();
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
