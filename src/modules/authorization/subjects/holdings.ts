import type { Holdings, Reason } from '../contract.ts';
import type { Grounds, ReachedRole } from './queries.ts';
import { ADMIN_ID } from '../tables.ts';

/** Names of roles: the first is held, each includes the next, and the last has the permission. */
type Path = readonly string[];

/** What somebody holds and where each permission comes from. Suspension takes nothing from it, only the effect. */
export function toHoldings(userId: string, grounds: Grounds): Holdings {
  const { isSuspended, grants, denials, roles } = grounds;
  const ways = waysOf(roles);
  const permissions = [...permittedBy({ ...grounds, isSuspended: false })].toSorted();
  return {
    userId,
    isSuspended,
    roles: roles
      .filter(({ isHeld }) => isHeld)
      .map(({ name }) => name)
      .toSorted(),
    permissions: permissions.map((code) => {
      const paths = pathsTo(code, ways);
      return { code, roles: paths.flatMap(([held]) => held ?? []), paths, isGranted: grants.includes(code) };
    }),
    grants: [...grants],
    denials: [...denials],
  };
}

/** Why somebody may act by a permission, or may not: as `findEffective` decides. */
export function judgePermission(code: string, { isSuspended, grants, denials, roles }: Grounds): Judgement {
  if (isSuspended) return { decision: false, reasons: [{ code: 'suspended' }] };
  if (!isAdministrator(roles) && denials.includes(code))
    return { decision: false, reasons: [{ code: 'denial', permission: code }] };
  const reasons: Reason[] = pathsTo(code, waysOf(roles)).map((path) => ({
    code: 'role',
    permission: code,
    roles: path,
  }));
  if (grants.includes(code)) reasons.push({ code: 'grant', permission: code });
  if (reasons.length > 0) return { decision: true, reasons };
  return { decision: false, reasons: [{ code: 'missing', permission: code }] };
}

/** The set that `findEffective` answers. */
export function permittedBy({ grants, denials, roles, isSuspended }: Grounds): ReadonlySet<string> {
  if (isSuspended) return new Set();
  const codes = [...grants, ...roles.flatMap(({ permissions }) => permissions)];
  return new Set(isAdministrator(roles) ? codes : codes.filter((code) => !denials.includes(code)));
}

export interface Judgement {
  readonly decision: boolean;
  /** Of an allowed one, all that allow it; of a refused one, what refused it. */
  readonly reasons: Reason[];
}

function isAdministrator(roles: readonly ReachedRole[]): boolean {
  return roles.some(({ id, isHeld }) => isHeld && id === ADMIN_ID);
}

interface Way {
  readonly path: Path;
  readonly id: string;
  readonly permissions: ReadonlySet<string>;
}

/** For each held role, by name, all that it reaches, the nearest first. */
function waysOf(roles: readonly ReachedRole[]): Way[][] {
  const byId = new Map(roles.map((role) => [role.id, { ...role, permissions: new Set(role.permissions) }]));
  const held = roles.filter(({ isHeld }) => isHeld).toSorted((one, two) => (one.name < two.name ? -1 : 1));
  return held.map((start) => {
    const seen = new Set([start.id]);
    const ways: Way[] = [];
    const next: { id: string; before: Path }[] = [{ id: start.id, before: [] }];
    for (const { id, before } of next) {
      const role = byId.get(id);
      if (!role) continue;
      const path = [...before, role.name];
      ways.push({ path, id, permissions: role.permissions });
      for (const included of role.includes) {
        if (seen.has(included)) continue;
        seen.add(included);
        next.push({ id: included, before: path });
      }
    }
    return ways;
  });
}

/** The shortest path of each held role that leads to the permission. */
function pathsTo(code: string, ways: readonly (readonly Way[])[]): string[][] {
  return ways.flatMap((from) => {
    const way = from.find(({ permissions }) => permissions.has(code));
    return way ? [[...way.path]] : [];
  });
}
