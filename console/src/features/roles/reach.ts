import type { Matrix, Permission, Role } from '#client';

export const ADMIN = 'admin';

/** For each role by name: each permission that it gives, and the role that has it: itself, or one that it includes. */
export type Reach = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function reachOf({ roles, permissions }: Matrix): Reach {
  const byName = new Map(roles.map((role) => [role.name, role]));
  return new Map(
    roles.map((role) => [
      role.name,
      role.name === ADMIN ? new Map(permissions.map(({ code }) => [code, ADMIN])) : given([role], byName),
    ]),
  );
}

/** Nearest roles first, so that a permission is said to come from the role itself where it has it. */
export function given(from: readonly Role[], byName: ReadonlyMap<string, Role>): Map<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const waiting = [...from];
  for (let role = waiting.shift(); role; role = waiting.shift()) {
    if (seen.has(role.name)) continue;
    seen.add(role.name);
    for (const code of role.permissions) if (!found.has(code)) found.set(code, role.name);
    waiting.push(...role.includes.flatMap((name) => byName.get(name) ?? []));
  }
  return found;
}

/** Permissions by module, both in alphabetical order. */
export function byModule(permissions: readonly Permission[]): (readonly [string, readonly Permission[]])[] {
  const modules = Map.groupBy(permissions, ({ module }) => module);
  return [...modules]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([module, own]) => [module, own.toSorted((a, b) => a.code.localeCompare(b.code))] as const);
}

/** Undefined for what no module of this installation declares. */
export function descriptionOf({ permissions }: Matrix, code: string): string | undefined {
  return permissions.find((one) => one.code === code)?.description;
}

/** Whether the words of a search are in the code or the description. */
export function isMatch({ code, description }: Permission, search: string): boolean {
  const text = `${code} ${description}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word)); // prettier-ignore
}
