import type { Actor, ResourceRule } from '#kernel/access.ts';
import { authorizationErrors as errors } from '../contract.ts';
import type { AuthorizationUnit } from '../tables.ts';
import { unknownPermissions } from './catalogue-queries.ts';
import { listGiven, listHeldBeyond, listListedBeyond } from './inclusion-queries.ts';

/** Refuses to give or take roles with which others would get or lose something that the unit's actor does not have. */
export type RoleGuard = (unit: AuthorizationUnit, roleIds: readonly string[]) => Promise<void>;

/**
 * The actor must hold all permissions that the roles give. For each of the roles, and of those that they include, that
 * is on the access list of a resource, the actor must hold this role or the permission for all resources of the kind.
 */
export function createRoleGuard(resourceRules: () => readonly ResourceRule[]): RoleGuard {
  return async ({ tx, actor }, roleIds) => {
    if (actor.type === 'system') return;
    const permissions = missingFrom(actor, await listGiven(tx, roleIds));
    const covered = resourceRules().filter(({ manageAll }) => manageAll && actor.permissions.has(manageAll.code));
    const types = covered.map(({ resourceType }) => resourceType);
    const roles = await listListedBeyond(tx, roleIds, actor.id, types);
    if (roles.length > 0) throw errors.exceedsOwn({ permissions, roles });
    if (permissions.length > 0) throw errors.exceedsOwn({ permissions });
  };
}

/**
 * Refuses to take something from the holders of a role when one of them holds a permission that the unit's actor lacks.
 * Administrators do not count, because they lose nothing.
 */
export async function guardHolders({ tx, actor }: AuthorizationUnit, roleId: string): Promise<void> {
  if (actor.type === 'system') return;
  const permissions = await listHeldBeyond(tx, roleId, [...actor.permissions]);
  if (permissions.length > 0) throw errors.exceedsOwn({ permissions });
}

/** `system` actors are not limited: the program itself creates the first administrator, for example. */
export function refuseBeyond(actor: Actor, codes: readonly string[]): void {
  if (actor.type === 'system') return;
  const permissions = missingFrom(actor, codes);
  if (permissions.length > 0) throw errors.exceedsOwn({ permissions });
}

export async function refuseUnknown({ tx }: AuthorizationUnit, codes: readonly string[]): Promise<void> {
  const unknown = await unknownPermissions(tx, codes);
  if (unknown.length > 0) throw errors.permissionUnknown({ permissions: unknown });
}

function missingFrom({ permissions }: Actor, codes: readonly string[]): string[] {
  return [...new Set(codes.filter((code) => !permissions.has(code)))].toSorted();
}
