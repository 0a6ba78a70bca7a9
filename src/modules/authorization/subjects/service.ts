import type { Actor, Permission } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import { authorizationErrors as errors, authorizationEvents as events } from '../contract.ts';
import { ADMIN_ID } from '../built-in-roles.ts';
import type { Holdings } from '../schemas.ts';
import { invalidateSubject } from '../invalidation.ts';
import { refuseBeyond, refuseUnknown, type RoleGuard } from '../roles/guards.ts';
import { matchRoles } from '../roles/queries.ts';
import type { AuthorizationTables, AuthorizationUnit, AuthorizationReader } from '../tables.ts';
import { assignRole, lockFor, requireNoMore, revokeRole } from './assignments.ts';
import { toHoldings } from './holdings.ts';
import * as queries from './queries.ts';

const MAX_HOLDERS = 1000;

/** Manages what users hold: roles, direct permissions and denials. */
export function createSubjects(db: Db<AuthorizationTables>, guardRoles: RoleGuard) {
  async function holdings(userId: string): Promise<Holdings> {
    return (await findHoldings(db.read, userId)) ?? notFound(userId);
  }

  /**
   * Idempotent. Nobody takes a role from a user who holds more. With the role's lock, two removals of the last
   * administrators run one after the other.
   */
  function setRole(actor: Actor, userId: string, roleName: string, isAssigned: boolean): Promise<Holdings> {
    return db.write(actor, async (unit) => {
      const role = await lockFor(unit, guardRoles, userId, { name: roleName });
      if (isAssigned) {
        await assignRole(unit, userId, role);
      } else {
        await requireNoMore(unit, userId);
        await revokeRole(unit, userId, role);
      }
      return (await findHoldings(unit.tx, userId)) ?? notFound(userId);
    });
  }

  /**
   * Grants or denies a permission to one user directly, or removes the grant or denial. Idempotent. Nobody takes a
   * permission from a user who holds more.
   */
  function setDirect(
    actor: Actor,
    direct: queries.Direct,
    userId: string,
    code: string,
    isWanted: boolean,
  ): Promise<Holdings> {
    return db.write(actor, async (unit) => {
      await refuseUnknown(unit, [code]);
      refuseBeyond(actor, [code]);
      if (!(await queries.lockSubject(unit.tx, userId))) return notFound(userId);
      const isDenied = direct === 'denial' && isWanted;
      const isUngranted = direct === 'grant' && !isWanted;
      if (isDenied || isUngranted) await requireNoMore(unit, userId);
      if (isDenied && (await queries.isHolder(unit.tx, userId, ADMIN_ID)))
        throw errors.denialWithoutEffect({ userId, permission: code });
      const before = await queries.listDirect(unit.tx, direct, userId);
      if (before.includes(code) !== isWanted) {
        if (isWanted) await queries.insertDirect(unit.tx, direct, userId, code);
        else await queries.deleteDirect(unit.tx, direct, userId, code);
        const after = await queries.listDirect(unit.tx, direct, userId);
        const { action, event } = directChanges[direct][isWanted ? 'set' : 'unset'];
        unit.publish(event, { userId, permission: code });
        invalidateSubject(unit, userId);
        const payload = { permission: code, before, after };
        unit.audit({ action, resourceType: 'user', resourceId: userId, payload });
      }
      return (await findHoldings(unit.tx, userId)) ?? notFound(userId);
    });
  }

  return {
    holdings,
    setRole,
    setDirect,
    hasAdministrator: () => queries.hasOtherAdministrator(db.read, null),
    async rolesOf(userIds: readonly string[]): Promise<Map<string, string[]>> {
      const rows = await queries.listRoleNames(db.read, userIds);
      return new Map(userIds.map((id) => [id, rows.filter(({ userId }) => userId === id).map(({ name }) => name)]));
    },
    async membersOf(roleNames: readonly string[]): Promise<{ userIds: string[]; unknown: string[] }> {
      const matches = await matchRoles(db.read, roleNames);
      const userIds = await queries.listMembers(
        db.read,
        matches.flatMap(({ role }) => role?.id ?? []),
      );
      return { userIds, unknown: matches.filter(({ role }) => !role).map(({ wanted }) => wanted) };
    },
    holdersOf: ({ code }: Permission) => queries.listHolders(db.read, code, MAX_HOLDERS),
    /** Null for a user who is not admitted. */
    exportFor: (userId: string) => findHoldings(db.read, userId),
    /** Part of the platform's unit. The account is deleted already, so there is no check for the last administrator. */
    async forgetUser(unit: AuthorizationUnit, userId: string): Promise<void> {
      await queries.deleteSubject(unit.tx, userId);
      invalidateSubject(unit, userId);
    },
  };
}

export type Subjects = ReturnType<typeof createSubjects>;

const directChanges = {
  grant: {
    set: { action: 'authorization.user_granted', event: events.userGranted },
    unset: { action: 'authorization.user_ungranted', event: events.userUngranted },
  },
  denial: {
    set: { action: 'authorization.user_denied', event: events.userDenied },
    unset: { action: 'authorization.denial_lifted', event: events.denialLifted },
  },
};

/** Null for a user who is not admitted. */
async function findHoldings(db: AuthorizationReader, userId: string): Promise<Holdings | null> {
  const input = await queries.findDecisionInput(db, userId);
  return input ? toHoldings(userId, input) : null;
}

function notFound(userId: string): never {
  throw errors.userNotFound({ userId });
}
