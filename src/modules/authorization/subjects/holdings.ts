import type { Holdings, Reason } from '../schemas.ts';
import type { DecisionInput, ReachedRole } from './queries.ts';
import { ADMIN_ID } from '../built-in-roles.ts';

/** Names of roles: the first is held, each includes the next, and the last has the permission. */
type Path = readonly string[];

/** What a user holds, and where each permission comes from. A suspended user keeps all of it, without effect. */
export function toHoldings(userId: string, input: DecisionInput): Holdings {
  const { isSuspended, grants, denials, roles } = input;
  const rolePaths = rolePathsOf(roles);
  const permissions = [...permittedBy({ ...input, isSuspended: false })].toSorted();
  return {
    userId,
    isSuspended,
    roles: roles
      .filter(({ isHeld }) => isHeld)
      .map(({ name }) => name)
      .toSorted(),
    permissions: permissions.map((code) => {
      const paths = pathsTo(code, rolePaths);
      return { code, roles: paths.flatMap(([held]) => held ?? []), paths, isGranted: grants.includes(code) };
    }),
    grants: [...grants],
    denials: [...denials],
  };
}

/** Whether a user may act by a permission, and why. Decides as `findEffective` does. */
export function decidePermission(
  code: string,
  { organisationId, isSuspended, grants, denials, roles }: DecisionInput,
): PermissionDecision {
  if (isSuspended) return { decision: false, reasons: [{ code: 'suspended' }] };
  if (!isAdministrator(roles, organisationId) && denials.includes(code))
    return { decision: false, reasons: [{ code: 'denial', permission: code }] };
  const reasons: Reason[] = pathsTo(code, rolePathsOf(roles)).map((path) => ({
    code: organisationId === null ? 'role' : 'member',
    permission: code,
    roles: path,
  }));
  if (grants.includes(code)) reasons.push({ code: 'grant', permission: code });
  if (reasons.length > 0) return { decision: true, reasons };
  return { decision: false, reasons: [{ code: 'missing', permission: code }] };
}

/** The same set that `findEffective` returns. */
export function permittedBy({
  organisationId,
  grants,
  denials,
  roles,
  isSuspended,
}: DecisionInput): ReadonlySet<string> {
  if (isSuspended) return new Set();
  const codes = [...grants, ...roles.flatMap(({ permissions }) => permissions)];
  return new Set(isAdministrator(roles, organisationId) ? codes : codes.filter((code) => !denials.includes(code)));
}

export interface PermissionDecision {
  readonly decision: boolean;
  /** If allowed, everything that allows it; if refused, the cause. */
  readonly reasons: Reason[];
}

/** Nobody's denials count for an administrator of the installation; those of an organisation cannot lift them. */
function isAdministrator(roles: readonly ReachedRole[], organisationId: string | null): boolean {
  return organisationId === null && roles.some(({ id, isHeld }) => isHeld && id === ADMIN_ID);
}

interface RolePath {
  readonly path: Path;
  readonly id: string;
  readonly permissions: ReadonlySet<string>;
}

/** For each held role, ordered by name: every role that it reaches, the nearest first. */
function rolePathsOf(roles: readonly ReachedRole[]): RolePath[][] {
  const byId = new Map(roles.map((role) => [role.id, { ...role, permissions: new Set(role.permissions) }]));
  const held = roles.filter(({ isHeld }) => isHeld).toSorted((one, two) => (one.name < two.name ? -1 : 1));
  return held.map((start) => {
    const seen = new Set([start.id]);
    const reached: RolePath[] = [];
    const next: { id: string; before: Path }[] = [{ id: start.id, before: [] }];
    for (const { id, before } of next) {
      const role = byId.get(id);
      if (!role) continue;
      const path = [...before, role.name];
      reached.push({ path, id, permissions: role.permissions });
      for (const included of role.includes) {
        if (seen.has(included)) continue;
        seen.add(included);
        next.push({ id: included, before: path });
      }
    }
    return reached;
  });
}

/** The shortest path of each held role that leads to the permission. */
function pathsTo(code: string, rolePaths: readonly (readonly RolePath[])[]): string[][] {
  return rolePaths.flatMap((reached) => {
    const found = reached.find(({ permissions }) => permissions.has(code));
    return found ? [[...found.path]] : [];
  });
}
