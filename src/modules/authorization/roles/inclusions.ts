import { authorizationErrors as errors, authorizationEvents as events } from '../contract.ts';
import {
  addInclusions,
  listIncluded,
  listInclusionsAbove,
  listInclusionsBelow,
  listReaching,
  removeInclusions,
  type Inclusion,
} from './inclusion-queries.ts';
import { findRolesNamed, type NamedRole } from './queries.ts';
import { ADMIN_ID } from '../built-in-roles.ts';
import type { AuthorizationUnit } from '../tables.ts';

/** Inclusions in a chain. People could not follow a longer one; real ones have three or four. */
const MAX_DEPTH = 20;

export interface InclusionPlan {
  readonly included: readonly NamedRole[];
  readonly excluded: readonly NamedRole[];
}

/**
 * The inclusions that a role gets and loses. Needs the lock on inclusions. `admin` cannot be included: administrators
 * are counted, so users must hold it directly.
 * @throws `authorization.role_not_found`, `authorization.role_built_in`, `authorization.role_cycle`,
 * `authorization.inclusion_too_deep`
 */
export async function planInclusions(
  { tx }: AuthorizationUnit,
  roleId: string,
  names: readonly string[],
): Promise<InclusionPlan> {
  const wanted = await findRolesNamed(tx, names);
  const before = await listIncluded(tx, roleId);
  const isIn = (roles: readonly NamedRole[], id: string) => roles.some((role) => role.id === id);
  const included = wanted.filter(({ id }) => !isIn(before, id));
  const excluded = before.filter(({ id }) => !isIn(wanted, id));
  const admin = included.find(({ id }) => id === ADMIN_ID);
  if (admin) throw errors.roleBuiltIn({ name: admin.name });
  const ids = included.map(({ id }) => id);
  const circular = await listIncludersAmong(tx, roleId, ids);
  if (circular.length > 0) throw errors.roleCycle({ includes: circular });
  await refuseTooDeep(tx, roleId, included);
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

async function refuseTooDeep(
  tx: AuthorizationUnit['tx'],
  roleId: string,
  included: readonly NamedRole[],
): Promise<void> {
  if (included.length === 0) return;
  const ids = included.map(({ id }) => id);
  const above = groupBy(await listInclusionsAbove(tx, roleId), 'includedId', 'roleId');
  const below = groupBy(await listInclusionsBelow(tx, ids), 'roleId', 'includedId');
  const depthAbove = longestPath(roleId, above);
  const tooDeep = included.filter(({ id }) => depthAbove + 1 + longestPath(id, below) > MAX_DEPTH);
  if (tooDeep.length === 0) return;
  throw errors.inclusionTooDeep({ maxDepth: MAX_DEPTH, includes: tooDeep.map(({ name }) => name).toSorted() });
}

function groupBy(inclusions: readonly Inclusion[], from: keyof Inclusion, to: keyof Inclusion): Map<string, string[]> {
  const groups = Map.groupBy(inclusions, (inclusion) => inclusion[from]);
  return new Map([...groups].map(([id, group]) => [id, group.map((inclusion) => inclusion[to])]));
}

/** Steps on the longest path from a role; no more are counted than make a chain too long. */
function longestPath(start: string, next: ReadonlyMap<string, readonly string[]>): number {
  let ends = new Set([start]);
  for (let steps = 0; steps <= MAX_DEPTH; steps++) {
    ends = new Set([...ends].flatMap((id) => next.get(id) ?? []));
    if (ends.size === 0) return steps;
  }
  return MAX_DEPTH + 1;
}
