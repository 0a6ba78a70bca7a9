import type { Actor } from '#kernel/access.ts';
import type { Language } from '#kernel/language.ts';
import { looksLike } from '#kernel/name.ts';
import type { Db } from '#platform/database/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import { authorizationErrors as errors, authorizationEvents as events } from '../contract.ts';
import type { Matrix, NewRole, Role, RoleContent } from '../schemas.ts';
import { invalidateAllSubjects } from '../invalidation.ts';
import { guardHolders, refuseBeyond, refuseUnknown, type RoleGuard } from './guards.ts';
import { applyInclusions, planInclusions, type InclusionPlan } from './inclusions.ts';
import { listIncluded, lockInclusions, removeInclusions } from './inclusion-queries.ts';
import { listPermissions } from './catalogue-queries.ts';
import * as queries from './queries.ts';
import { ADMIN, USER } from '../built-in-roles.ts';
import type { AuthorizationTables, AuthorizationUnit } from '../tables.ts';

/** Manages roles: their names, permissions and inclusions. */
export function createRoles(
  db: Db<AuthorizationTables>,
  guardRoles: RoleGuard,
  summaryOf: (code: string, language: Language) => string | null,
) {
  /** The permissions are described in `language`. */
  async function matrix(language: Language): Promise<Matrix> {
    const [roles, permissions] = await Promise.all([queries.listRoles(db.read), listPermissions(db.read)]);
    const described = permissions.map(({ code, description, module }) => {
      return { code, description: summaryOf(code, language) ?? description, module };
    });
    return { roles, permissions: described };
  }

  async function getRole(id: string): Promise<Role> {
    const role = await queries.findRole(db.read, id);
    if (!role) throw errors.roleNotFound({ id });
    return role;
  }

  /** @throws `authorization.role_name_taken`, and as `replaceRole` */
  function createRole(actor: Actor, { name, permissions, includes }: NewRole): Promise<Role> {
    return db.write(actor, async (unit) => {
      await lockInclusions(unit.tx);
      await requireFreeName(unit, name, null);
      const id = await queries.insertRole(unit.tx, name);
      const change = await plan(unit, guardRoles, { id, permissions: [] }, { permissions, includes });
      await apply(unit, id, change);
      unit.publish(events.roleCreated, { roleId: id });
      const role = await mustFind(unit, id);
      const payload = { after: contentOf(role) };
      unit.audit({ action: 'authorization.role_created', resourceType: 'role', resourceId: id, payload });
      return role;
    });
  }

  /**
   * Replaces name and permissions, and the inclusions if they are given. A built-in role keeps its name, and `admin`
   * cannot be changed. The actor must hold every permission that the change adds or removes, also by inclusions; all
   * that the role gives, to rename it; and all that its holders hold, unless the change only adds.
   * @throws `authorization.role_cycle`, `authorization.inclusion_too_deep`, `authorization.role_built_in`,
   * `authorization.role_name_taken`, `authorization.permission_unknown`, `authorization.exceeds_own`
   */
  function replaceRole(actor: Actor, id: string, content: RoleContent, precondition: Precondition): Promise<Role> {
    return db.write(actor, async (unit) => {
      await lockInclusions(unit.tx);
      const before = await queries.lockRole(unit.tx, { id });
      if (!before) throw errors.roleNotFound({ id });
      precondition.require(before.version);
      const { name, permissions, includes = before.includes } = content;
      if (before.builtIn && (before.name !== name || before.name === ADMIN))
        throw errors.roleBuiltIn({ name: before.name });
      const change = await plan(unit, guardRoles, before, { permissions, includes });
      const isRenamed = name !== before.name;
      if (!isRenamed && isEmpty(change)) return before;
      if (isRenamed) {
        await guardRole(unit, id);
        await rename(unit, id, name);
      }
      await apply(unit, id, change);
      await queries.touchRole(unit.tx, id);
      invalidateAllSubjects(unit); // also for a new name, which members of organisations see
      const role = await mustFind(unit, id);
      const payload = { before: contentOf(before), after: contentOf(role) };
      unit.audit({ action: 'authorization.role_changed', resourceType: 'role', resourceId: id, payload });
      return role;
    });
  }

  /**
   * The actor must hold all that the role gives, and all that its holders hold.
   * @throws `authorization.role_built_in`, `authorization.exceeds_own`, `http.precondition_failed`
   */
  function deleteRole(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      await lockInclusions(unit.tx);
      const role = await queries.lockRole(unit.tx, { id });
      if (!role) throw errors.roleNotFound({ id });
      precondition.require(role.version);
      if (role.builtIn) throw errors.roleBuiltIn({ name: role.name });
      await guardRole(unit, id);
      const included = await listIncluded(unit.tx, id);
      await removeInclusions(
        unit.tx,
        id,
        included.map((other) => other.id),
      );
      await queries.demoteMembers(unit.tx, id);
      await queries.deleteRole(unit.tx, id);
      unit.publish(events.roleDeleted, { roleId: id });
      invalidateAllSubjects(unit);
      const payload = { before: contentOf(role) };
      unit.audit({ action: 'authorization.role_deleted', resourceType: 'role', resourceId: id, payload });
    });
  }

  /** Idempotent: giving a permission twice is one grant and one audit entry. */
  function setPermission(actor: Actor, roleName: string, code: string, isGranted: boolean): Promise<Role> {
    return db.write(actor, async (unit) => {
      await refuseUnknown(unit, [code]);
      refuseBeyond(actor, [code]);
      const role = await queries.lockRole(unit.tx, { name: roleName });
      if (!role) throw errors.roleNotFound({ roleName });
      if (role.name === ADMIN && !isGranted) throw errors.roleBuiltIn({ name: role.name });
      if (role.permissions.includes(code) === isGranted) return role;
      if (!isGranted) await guardHolders(unit, role.id);
      return changePermission(unit, role, code, isGranted);
    });
  }

  /** A change of what the role is, for all who hold it. */
  async function guardRole(unit: AuthorizationUnit, id: string): Promise<void> {
    await guardRoles(unit, [id]);
    await guardHolders(unit, id);
  }

  return {
    matrix,
    getRole,
    createRole,
    replaceRole,
    deleteRole,
    setPermission,
    listRoles: () => queries.listRoles(db.read),
  };
}

export type Roles = ReturnType<typeof createRoles>;

/** Grants a permission that the role does not have, or revokes one that it has. Needs the lock on the role's row. */
export async function changePermission(
  unit: AuthorizationUnit,
  role: Role,
  code: string,
  isGranted: boolean,
): Promise<Role> {
  await applyPermissions(unit, role.id, isGranted ? [code] : [], isGranted ? [] : [code]);
  await queries.touchRole(unit.tx, role.id);
  invalidateAllSubjects(unit);
  const after = await mustFind(unit, role.id);
  unit.audit({
    action: isGranted ? 'authorization.permission_granted' : 'authorization.permission_revoked',
    resourceType: 'role',
    resourceId: role.id,
    payload: { permission: code, before: role.permissions, after: after.permissions },
  });
  return after;
}

interface Change extends InclusionPlan {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The changes that give the role these permissions and inclusions. Throws if one of them is not allowed. */
async function plan(
  unit: AuthorizationUnit,
  guardRoles: RoleGuard,
  { id, permissions: held }: Pick<Role, 'id' | 'permissions'>,
  { permissions, includes }: Pick<NewRole, 'permissions' | 'includes'>,
): Promise<Change> {
  await refuseUnknown(unit, permissions);
  const added = permissions.filter((code) => !held.includes(code));
  const removed = held.filter((code) => !permissions.includes(code));
  refuseBeyond(unit.actor, [...added, ...removed]);
  const { included, excluded } = await planInclusions(unit, id, includes);
  await guardRoles(
    unit,
    [...included, ...excluded].map((role) => role.id),
  );
  if (removed.length + excluded.length > 0) await guardHolders(unit, id);
  return { added, removed, included, excluded };
}

function isEmpty({ added, removed, included, excluded }: Change): boolean {
  return added.length + removed.length + included.length + excluded.length === 0;
}

async function apply(unit: AuthorizationUnit, id: string, change: Change): Promise<void> {
  await applyPermissions(unit, id, change.added, change.removed);
  await applyInclusions(unit, id, change);
}

async function applyPermissions(
  { tx, publish }: AuthorizationUnit,
  roleId: string,
  added: readonly string[],
  removed: readonly string[],
): Promise<void> {
  await queries.addPermissions(tx, roleId, added);
  await queries.removePermissions(tx, roleId, removed);
  for (const permission of added) publish(events.permissionGranted, { roleId, permission });
  for (const permission of removed) publish(events.permissionRevoked, { roleId, permission });
}

async function rename(unit: AuthorizationUnit, id: string, name: string): Promise<void> {
  await requireFreeName(unit, name, id);
  await queries.renameRole(unit.tx, id, name);
  unit.publish(events.roleRenamed, { roleId: id });
}

/**
 * Throws for the name of another role, and for one that a reader could take for a built-in role: `аdmin` with a
 * Cyrillic а has another canonical form. Needs the lock on inclusions, so that names are given one after the other.
 */
async function requireFreeName({ tx }: AuthorizationUnit, name: string, ownId: string | null): Promise<void> {
  const taken = await queries.findRoleByName(tx, name);
  const isMisleading = [ADMIN, USER].some((builtIn) => looksLike(name, builtIn));
  if (isMisleading || (taken && taken.id !== ownId)) throw errors.roleNameTaken({ name });
}

function contentOf({ name, permissions, includes }: Role) {
  return { name, permissions, includes };
}

async function mustFind({ tx }: AuthorizationUnit, id: string): Promise<Role> {
  const role = await queries.findRole(tx, id);
  if (!role) throw new Error(`role ${id} disappeared within its own unit`);
  return role;
}
