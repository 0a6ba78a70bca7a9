import {
  authorizationActions as actions,
  authorizationErrors as errors,
  authorizationEvents as events,
} from '../contract.ts';
import type { Role } from '../schemas.ts';
import { ADMIN } from '../built-in-roles.ts';
import { invalidateSubject } from '../invalidation.ts';
import { refuseBeyond, type RoleGuard } from '../roles/guards.ts';
import { lockRole } from '../roles/queries.ts';
import type { AuthorizationUnit } from '../tables.ts';
import * as queries from './queries.ts';

type RoleRef = Pick<Role, 'id' | 'name'>;

/** Locks a role and then a user, in this order everywhere. Throws if the actor may not give and take the role. */
export async function lockFor(
  unit: AuthorizationUnit,
  guardRoles: RoleGuard,
  userId: string,
  by: { id: string } | { name: string },
): Promise<RoleRef> {
  const role = await lockRole(unit.tx, by);
  if (!role) throw errors.roleNotFound('id' in by ? by : { roleName: by.name });
  await guardRoles(unit, [role.id]);
  if (!(await queries.lockSubject(unit.tx, userId))) throw errors.userNotFound({ userId });
  return role;
}

/**
 * Locks the user, and throws when the user holds a permission that the unit's actor lacks. What a suspended user holds
 * counts, too.
 */
export async function requireNoMore({ tx, actor }: AuthorizationUnit, userId: string): Promise<void> {
  if (!(await queries.lockSubject(tx, userId))) return;
  const held = await queries.findEffective(tx, userId);
  refuseBeyond(actor, held?.codes ?? []);
}

export async function assignRole(unit: AuthorizationUnit, userId: string, role: RoleRef): Promise<void> {
  const before = await heldRoles(unit, userId);
  if (!(await queries.insertSubjectRole(unit.tx, userId, role.id))) return;
  unit.publish(events.roleAssigned, { userId, roleId: role.id });
  invalidateSubject(unit, userId);
  const payload = { before, after: [...before, role.name].toSorted() };
  unit.audit({ action: actions.roleAssigned, resourceType: 'user', resourceId: userId, payload });
}

/** @throws `authorization.last_administrator` */
export async function revokeRole(unit: AuthorizationUnit, userId: string, role: RoleRef): Promise<void> {
  if (!(await queries.isHolder(unit.tx, userId, role.id))) return;
  if (role.name === ADMIN) await requireOtherAdministrator(unit, userId);
  const before = await heldRoles(unit, userId);
  await queries.deleteSubjectRole(unit.tx, userId, role.id);
  unit.publish(events.roleRevoked, { userId, roleId: role.id });
  invalidateSubject(unit, userId);
  const payload = { before, after: before.filter((name) => name !== role.name) };
  unit.audit({ action: 'authorization.role_revoked', resourceType: 'user', resourceId: userId, payload });
}

async function heldRoles({ tx }: AuthorizationUnit, userId: string): Promise<string[]> {
  return (await queries.listRoleNames(tx, [userId])).map(({ name }) => name);
}

/** Needs the lock on the role `admin`; else two units could each remove one of the last two administrators. */
export async function requireOtherAdministrator({ tx }: AuthorizationUnit, userId: string): Promise<void> {
  if (!(await queries.hasOtherAdministrator(tx, userId))) throw errors.lastAdministrator();
}
