import { authorizationErrors as errors, authorizationEvents as events } from '../contract.ts';
import {
  addInclusions,
  findRolesNamed,
  listAffected,
  listIncluded,
  listReaching,
  rebuildReach,
  removeInclusions,
  type NamedRole,
} from './inclusion-queries.ts';
import { ADMIN_ID } from '../built-in-roles.ts';
import type { AuthorizationUnit } from '../tables.ts';

export interface InclusionPlan {
  readonly included: readonly NamedRole[];
  readonly excluded: readonly NamedRole[];
}

/**
 * The inclusions that a role gets and loses. Needs the lock on inclusions. `admin` cannot be included: administrators
 * are counted, so users must hold it directly.
 * @throws `authorization.role_not_found`, `authorization.role_built_in`, `authorization.role_cycle`
 */
export async function planInclusions(
  { tx }: AuthorizationUnit,
  roleId: string,
  names: readonly string[],
): Promise<InclusionPlan> {
  const wanted = await findRolesNamed(tx, names);
  const known = new Set(wanted.map(({ name }) => name.toLowerCase()));
  const roleName = names.find((name) => !known.has(name.toLowerCase()));
  if (roleName !== undefined) throw errors.roleNotFound({ roleName });
  const before = await listIncluded(tx, roleId);
  const isIn = (roles: readonly NamedRole[], id: string) => roles.some((role) => role.id === id);
  const included = wanted.filter(({ id }) => !isIn(before, id));
  const excluded = before.filter(({ id }) => !isIn(wanted, id));
  const admin = included.find(({ id }) => id === ADMIN_ID);
  if (admin) throw errors.roleBuiltIn({ name: admin.name });
  const ids = included.map(({ id }) => id);
  const circular = await listIncludersAmong(tx, roleId, ids);
  if (circular.length > 0) throw errors.roleCycle({ includes: circular });
  return { included, excluded };
}

/** Needs the lock on inclusions. */
export async function applyInclusions(
  { tx, publish }: AuthorizationUnit,
  roleId: string,
  { included, excluded }: InclusionPlan,
): Promise<void> {
  if (included.length + excluded.length === 0) return;
  const idOf = ({ id }: NamedRole) => id;
  await addInclusions(tx, roleId, included.map(idOf));
  await removeInclusions(tx, roleId, excluded.map(idOf));
  await rebuildReach(tx, await listAffected(tx, roleId));
  for (const { id: includedId } of included) publish(events.roleIncluded, { roleId, includedId });
  for (const { id: includedId } of excluded) publish(events.roleExcluded, { roleId, includedId });
}

async function listIncludersAmong(
  tx: AuthorizationUnit['tx'],
  roleId: string,
  candidates: readonly string[],
): Promise<string[]> {
  return (await listReaching(tx, roleId, candidates)).map(({ name }) => name).toSorted();
}
