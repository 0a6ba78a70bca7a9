import { withTables, type AnyUnit } from '#platform/database/port.ts';
import { ADMIN, USER } from '../built-in-roles.ts';
import type { AuthorizationApi } from '../contract.ts';
import { invalidateSubject } from '../invalidation.ts';
import type { RoleGuard } from '../roles/guards.ts';
import { findRoleByName, findRolesNamed, lockRole } from '../roles/queries.ts';
import type { AuthorizationUnit } from '../tables.ts';
import { admitAll, holdRoles } from './admission-of-many.ts';
import { assignRole, lockFor, requireNoMore, requireOtherAdministrator, revokeRole } from './assignments.ts';
import * as queries from './queries.ts';

type AccountsApi = Pick<
  AuthorizationApi,
  | 'admit'
  | 'holdRoles'
  | 'admitAll'
  | 'remove'
  | 'assignRoles'
  | 'makeAdministrator'
  | 'suspend'
  | 'resume'
  | 'requireNoMore'
  | 'holdsMoreThanDefault'
  | 'suspendUntil'
>;

/** The methods that the module users calls, as parts of its own units. */
export function createAccounts(guardRoles: RoleGuard): AccountsApi {
  return {
    async admit(anyUnit, userId, { isSuspended = false } = {}) {
      const unit = own(anyUnit);
      await queries.insertSubject(unit.tx, userId, isSuspended);
      await assignRole(unit, userId, await mustFindByName(unit, USER));
    },
    holdRoles: (anyUnit, roleNames) => holdRoles(own(anyUnit), roleNames),
    admitAll: (anyUnit, newcomers) => admitAll(own(anyUnit), guardRoles, newcomers),
    async remove(anyUnit, userId) {
      const unit = own(anyUnit);
      const admin = await lockRole(unit.tx, { name: ADMIN });
      if (admin) await revokeRole(unit, userId, admin);
      await queries.deleteSubject(unit.tx, userId);
      invalidateSubject(unit, userId);
    },
    async assignRoles(anyUnit, userId, roleNames) {
      const unit = own(anyUnit);
      const ids = (await findRolesNamed(unit.tx, roleNames)).map(({ id }) => id);
      // In the same order everywhere, so that two units that assign the same roles cannot deadlock.
      for (const id of ids.toSorted()) await assignRole(unit, userId, await lockFor(unit, guardRoles, userId, { id }));
    },
    async makeAdministrator(anyUnit, userId) {
      const unit = own(anyUnit);
      await assignRole(unit, userId, await mustFindByName(unit, ADMIN));
    },
    async suspend(anyUnit, userId) {
      const unit = own(anyUnit);
      await requireNotLastAdministrator(unit, userId);
      if (await queries.setSuspended(unit.tx, userId, true)) invalidateSubject(unit, userId);
    },
    async resume(anyUnit, userId) {
      const unit = own(anyUnit);
      if (await queries.setSuspended(unit.tx, userId, false)) invalidateSubject(unit, userId);
    },
    requireNoMore: (anyUnit, userId) => requireNoMore(own(anyUnit), userId),
    async holdsMoreThanDefault(anyUnit, userId) {
      const { tx } = own(anyUnit);
      return (await queries.lockSubject(tx, userId)) && queries.holdsBeside(tx, userId, USER);
    },
    async suspendUntil(anyUnit, userId, until) {
      const unit = own(anyUnit);
      if (until !== null) await requireNotLastAdministrator(unit, userId);
      await queries.setAbsent(unit.tx, userId, until);
    },
  };
}

/** The lock on `admin`: units that remove an administrator run one after the other. */
async function requireNotLastAdministrator(unit: AuthorizationUnit, userId: string): Promise<void> {
  const admin = await lockRole(unit.tx, { name: ADMIN });
  if (admin && (await queries.isHolder(unit.tx, userId, admin.id))) await requireOtherAdministrator(unit, userId);
}

/** The caller's unit, typed with this module's tables. */
function own(unit: AnyUnit): AuthorizationUnit {
  return withTables(unit);
}

async function mustFindByName({ tx }: AuthorizationUnit, name: string) {
  const role = await findRoleByName(tx, name);
  if (!role) throw new Error(`the built-in role ${name} is missing`);
  return role;
}
