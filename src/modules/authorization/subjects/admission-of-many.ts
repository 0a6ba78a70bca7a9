import { USER } from '../built-in-roles.ts';
import {
  authorizationActions as actions,
  authorizationErrors as errors,
  authorizationEvents as events,
  type Newcomer,
} from '../contract.ts';
import type { RoleGuard } from '../roles/guards.ts';
import { holdRoleRows, matchRoles, type NamedRole } from '../roles/queries.ts';
import type { AuthorizationUnit } from '../tables.ts';
import { insertSubjects } from './queries.ts';

/** See `AuthorizationApi.holdRoles`. */
export async function holdRoles({ tx }: AuthorizationUnit, roleNames: readonly string[]): Promise<string[]> {
  const matches = await matchRoles(tx, [...new Set([USER, ...roleNames])]);
  const held = await holdRoleRows(
    tx,
    matches.flatMap(({ role }) => role?.id ?? []),
  );
  return matches.filter(({ role }) => !role || !held.has(role.id)).map(({ wanted }) => wanted);
}

/** See `AuthorizationApi.admitAll`. */
export async function admitAll(
  unit: AuthorizationUnit,
  guardRoles: RoleGuard,
  newcomers: readonly Newcomer[],
): Promise<void> {
  const given = new Set(newcomers.flatMap(({ roleNames }) => roleNames));
  const matches = await matchRoles(unit.tx, [...new Set([USER, ...given])]);
  const found = new Map(matches.map(({ wanted, role }) => [wanted, role]));
  const roleOf = (roleName: string): NamedRole => {
    const role = found.get(roleName);
    if (!role) throw errors.roleNotFound({ roleName });
    return role;
  };
  const assignments = newcomers.map(({ userId, roleNames }) => {
    const roles = new Map([USER, ...roleNames].map(roleOf).map((role) => [role.id, role]));
    return { userId, roles: [...roles.values()] };
  });
  await guardRoles(
    unit,
    Array.from(given, (name) => roleOf(name).id),
  );
  await insertSubjects(
    unit.tx,
    newcomers,
    assignments.flatMap(({ userId, roles }) => roles.map(({ id }) => ({ userId, roleId: id }))),
  );
  for (const { userId, roles } of assignments) {
    for (const { id } of roles) unit.publish(events.roleAssigned, { userId, roleId: id });
    const payload = { before: [], after: roles.map(({ name }) => name).toSorted() };
    unit.audit({ action: actions.roleAssigned, resourceType: 'user', resourceId: userId, payload });
  }
}
