import type { ResourceRule } from '#kernel/access.ts';
import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { Freshness } from '#platform/freshness/port.ts';
import { createAccessLists } from '../access-lists/service.ts';
import { createCatalogue } from '../roles/catalogue.ts';
import { listEntriesFor } from '../access-lists/queries.ts';
import type { AuthorizationApi } from '../contract.ts';
import { createDecisions, decideAnew } from '../decisions/decisions.ts';
import { createExplain } from '../decisions/explain.ts';
import { refuseBeyond, requireOtherAdministrator } from '../guards.ts';
import { findRoleByName, lockRole, unknownPermissions } from '../roles/queries.ts';
import { createRoles } from '../roles/service.ts';
import * as queries from './queries.ts';
import { assignRole, createSubjects, findHoldings, lockFor, revokeRole } from './service.ts';
import { ADMIN, USER, type AuthorizationTables, type OwnUnit } from '../tables.ts';

const MAX_HOLDERS = 1000;

export interface AuthorizationNeeds {
  readonly db: Db<AuthorizationTables>;
  readonly freshness: Freshness;
}

/** Who may do what: roles, their permissions, and who holds them. */
export function createAuthorizationService({ db, freshness }: AuthorizationNeeds) {
  let resourceRules: readonly ResourceRule[] = [];

  const api: AuthorizationApi = {
    permissionsOf: createDecisions(db, freshness),
    ...subjectsOfAccounts,
    accessLists: createAccessLists(db),
    hasAdministrator: () => queries.hasOtherAdministrator(db.read, null),
    async rolesOf(userIds) {
      const rows = await queries.listRoleNames(db.read, userIds);
      return new Map(userIds.map((id) => [id, rows.filter(({ userId }) => userId === id).map(({ name }) => name)]));
    },
    membersOf: (names) => queries.listMembers(db.read, names),
    unknownPermissions: (codes) => unknownPermissions(db.read, codes),
    holdersOf: ({ code }) => queries.listHolders(db.read, code, MAX_HOLDERS),
    async declare(modules) {
      resourceRules = modules.flatMap((module) => module.resourceRules ?? []);
      await createCatalogue(db).declare(modules);
    },
  };

  return {
    api,
    explain: createExplain({ db, resourceRules: () => resourceRules }),
    ...createRoles(db),
    ...createSubjects(db),
    async exportFor(userId: string) {
      const found = await findHoldings(db.read, userId);
      return found && { ...found, accessEntries: await listEntriesFor(db.read, userId) };
    },
    /** Part of the platform's unit: the account is gone already, so nothing is guarded any more. */
    async forgetUser(unit: OwnUnit, userId: string): Promise<void> {
      await queries.deleteSubject(unit.tx, userId);
      decideAnew(unit, userId);
    },
  };
}

export type AuthorizationService = ReturnType<typeof createAuthorizationService>;

type ForAccounts = Pick<
  AuthorizationApi,
  'admit' | 'remove' | 'assignRoles' | 'makeAdministrator' | 'suspend' | 'resume' | 'requireNoMore' | 'suspendUntil'
>;

/** What the module of accounts calls, each in its own unit. */
const subjectsOfAccounts: ForAccounts = {
  async admit(anyUnit, userId, { isSuspended = false } = {}) {
    const unit = own(anyUnit);
    await queries.insertSubject(unit.tx, userId, isSuspended);
    await assignRole(unit, userId, await mustFindByName(unit, USER));
  },
  async remove(anyUnit, userId) {
    const unit = own(anyUnit);
    const admin = await lockRole(unit.tx, { name: ADMIN });
    if (admin) await revokeRole(unit, userId, admin);
    await queries.deleteSubject(unit.tx, userId);
    decideAnew(unit, userId);
  },
  async assignRoles(anyUnit, userId, roleNames) {
    const unit = own(anyUnit);
    // In one order everywhere, so that two who give the same roles do not wait for each other.
    for (const roleName of [...new Set(roleNames.map((name) => name.toLowerCase()))].toSorted())
      await assignRole(unit, userId, await lockFor(unit, userId, roleName));
  },
  async makeAdministrator(anyUnit, userId) {
    const unit = own(anyUnit);
    await assignRole(unit, userId, await mustFindByName(unit, ADMIN));
  },
  async suspend(anyUnit, userId) {
    const unit = own(anyUnit);
    await requireNotLastAdministrator(unit, userId);
    if (await queries.setSuspended(unit.tx, userId, true)) decideAnew(unit, userId);
  },
  async resume(anyUnit, userId) {
    const unit = own(anyUnit);
    if (await queries.setSuspended(unit.tx, userId, false)) decideAnew(unit, userId);
  },
  async requireNoMore(anyUnit, userId) {
    const unit = own(anyUnit);
    if (!(await queries.lockSubject(unit.tx, userId))) return;
    const held = await queries.findEffective(unit.tx, userId);
    refuseBeyond(unit.actor, held?.codes ?? []);
  },
  async suspendUntil(anyUnit, userId, until) {
    const unit = own(anyUnit);
    if (until !== null) await requireNotLastAdministrator(unit, userId);
    await queries.setAbsent(unit.tx, userId, until);
  },
};

/** The lock on `admin` makes all who take an administrator away take turns. */
async function requireNotLastAdministrator(unit: OwnUnit, userId: string): Promise<void> {
  const admin = await lockRole(unit.tx, { name: ADMIN });
  if (admin && (await queries.isHolder(unit.tx, userId, admin.id))) await requireOtherAdministrator(unit, userId);
}

/** The caller's unit, seen with this module's tables. */
function own(unit: AnyUnit): OwnUnit {
  return withTables(unit);
}

async function mustFindByName({ tx }: OwnUnit, name: string) {
  const role = await findRoleByName(tx, name);
  if (!role) throw new Error(`the built-in role ${name} is missing`);
  return role;
}
