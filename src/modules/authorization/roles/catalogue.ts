import { system, type BuiltInRole, type Permission, type ResourceRule } from '#kernel/access.ts';
import type { Language } from '#kernel/language.ts';
import type { Db } from '#platform/database/port.ts';
import { hasSeenAny, lockCatalogue, markSeen, replaceCatalogue, unknownPermissions } from './catalogue-queries.ts';
import type { DeclaringModule } from '../contract.ts';
import { invalidateAllSubjects } from '../invalidation.ts';
import { USER } from '../built-in-roles.ts';
import { addPermissions, lockRole } from './queries.ts';
import { changePermission } from './service.ts';
import type { AuthorizationTables, AuthorizationUnit } from '../tables.ts';

const BUILT_IN: readonly BuiltInRole[] = [USER];

/** What the modules of this installation declare. */
export function createCatalogue(db: Db<AuthorizationTables>) {
  let resourceRules: readonly ResourceRule[] = [];
  let summaries: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map();
  let directories: readonly NonNullable<DeclaringModule['findSubject']>[] = [];

  /** Replaces the catalogue, and grants each permission that is new here to the built-in roles in its `grantedTo`. */
  function declare(modules: readonly DeclaringModule[]): Promise<void> {
    resourceRules = modules.flatMap((module) => module.resourceRules ?? []);
    summaries = new Map(modules.flatMap(summariesOf));
    directories = modules.flatMap((module) => module.findSubject ?? []);
    const declared = modules.flatMap(({ permissions = [] }) => permissions);
    const rows = modules.flatMap(({ name: module, permissions = [] }) =>
      permissions.map(({ code, summary: description }) => ({ code, description, module })),
    );
    return db.write(system('authorization'), async (unit) => {
      await lockCatalogue(unit.tx);
      const isChanged = await replaceCatalogue(unit.tx, rows);
      await grantNew(unit, declared);
      // Only when something changed: an invalidation also waits for nodes that were killed.
      if (isChanged) invalidateAllSubjects(unit);
    });
  }

  /** The user whom a module knows by this id of other programs; null for nobody. */
  async function findSubject(id: string, issuer: string | null): Promise<string | null> {
    for (const find of directories) {
      const userId = await find(id, issuer);
      if (userId !== null) return userId;
    }
    return null;
  }

  /** What a permission is for; null for one that no module of this node declares. */
  function summaryOf(code: string, language: Language): string | null {
    return summaries.get(code)?.[language] ?? null;
  }

  return {
    declare,
    summaryOf,
    findSubject,
    resourceRules: () => resourceRules,
    unknownPermissions: (codes: readonly string[]) => unknownPermissions(db.read, codes),
  };
}

function summariesOf({ permissions = [], texts }: DeclaringModule): [string, Record<Language, string>][] {
  return permissions.map(({ code, summary }) => [code, { en: summary, fa: texts?.permissions[code] ?? summary }]);
}

/** In a new installation these grants are the initial state. Later each is a change, with its event and audit entry. */
async function grantNew(unit: AuthorizationUnit, declared: readonly Permission[]): Promise<void> {
  const isNewInstallation = !(await hasSeenAny(unit.tx));
  const isNew = await markSeen(
    unit.tx,
    declared.map(({ code }) => code),
  );
  for (const name of BUILT_IN) {
    const wanted = declared.filter(({ code, grantedTo }) => isNew.has(code) && grantedTo.includes(name));
    let role = wanted.length > 0 ? await lockRole(unit.tx, { name }) : undefined;
    if (!role) continue;
    const { id, permissions: held } = role;
    const codes = wanted.map(({ code }) => code).filter((code) => !held.includes(code));
    if (isNewInstallation) await addPermissions(unit.tx, id, codes);
    else for (const code of codes) role = await changePermission(unit, role, code, true);
  }
}
