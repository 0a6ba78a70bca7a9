import type { Membership } from '#kernel/access.ts';
import type { PageQuery } from '#kernel/page.ts';
import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { DecisionCache } from '#platform/decision-cache/port.ts';
import { ADMIN_ID } from '../built-in-roles.ts';
import { authorizationErrors as errors, type MemberKey, type OrganisationsApi } from '../contract.ts';
import { invalidateMember, MEMBERS } from '../invalidation.ts';
import { listGiven } from '../roles/inclusion-queries.ts';
import { createPermissionSets } from '../roles/permission-sets.ts';
import { findRolesNamed, holdRoleRows } from '../roles/queries.ts';
import { findEffective } from '../subjects/queries.ts';
import type { AuthorizationTables, AuthorizationUnit } from '../tables.ts';
import * as queries from './queries.ts';

type Memberships = ReadonlyMap<string, Membership>;
const NONE: Memberships = new Map();

/** Who is in which organisation, and what they may do there. Never stale, like every decision. */
export function createOrganisations(db: Db<AuthorizationTables>, decisionCache: DecisionCache): OrganisationsApi {
  const share = createPermissionSets();
  const members = decisionCache.forTopic<Memberships>(MEMBERS, async (userId) => {
    const found = await queries.findMemberships(db.read, userId);
    return new Map(
      found.map(({ organisationId, role, codes }) => [organisationId, { role, permissions: share(codes) }]),
    );
  });

  /**
   * Refuses to give or take a role of an organisation when it gives something that they may not do there. `system` is not
   * limited: who founds an organisation is its administrator.
   */
  async function guard(unit: AuthorizationUnit, key: MemberKey, by: string | null, roleIds: readonly string[]) {
    if (by === null) return;
    const [own] = await queries.findMemberships(unit.tx, by, key.organisationId);
    const held = new Set(own?.codes);
    const permissions = (await listGiven(unit.tx, roleIds)).filter((code) => !held.has(code));
    if (permissions.length > 0) throw errors.exceedsOwn({ permissions });
  }

  async function refuseLastAdministrator({ tx }: AuthorizationUnit, { roleId, ...key }: queries.StoredMember) {
    if (roleId === ADMIN_ID && !(await queries.hasOtherAdministratorIn(tx, key))) throw errors.lastAdministrator();
  }

  return {
    open: (unit, organisationId) => queries.insertOrganisation(of(unit).tx, organisationId),

    async close(anyUnit, organisationId) {
      const unit = of(anyUnit);
      for (const userId of await queries.deleteOrganisation(unit.tx, organisationId)) invalidateMember(unit, userId);
    },

    membershipOf(userId, organisationId) {
      const known = members.get(userId);
      const pick = (all: Memberships | null) => (all ?? NONE).get(organisationId) ?? null;
      return known instanceof Promise ? known.then(pick) : pick(known);
    },

    async put(anyUnit, key, roleName, by) {
      const unit = of(anyUnit);
      const [role] = await findRolesNamed(unit.tx, [roleName]);
      if (!role || !(await holdRoleRows(unit.tx, [role.id])).has(role.id)) throw errors.roleNotFound({ roleName });
      const before = await queries.findMember(unit.tx, key);
      if (before?.roleId === role.id) return { before: before.role, role: role.name };
      await guard(unit, key, by, before ? [role.id, before.roleId] : [role.id]);
      if (before) await refuseLastAdministrator(unit, before);
      await queries.upsertMember(unit.tx, key, role.id);
      invalidateMember(unit, key.userId);
      return { before: before?.role ?? null, role: role.name };
    },

    async remove(anyUnit, key, { by, isForced = false }) {
      const unit = of(anyUnit);
      const before = await queries.findMember(unit.tx, key);
      if (!before) return null;
      if (by !== key.userId) await guard(unit, key, by, [before.roleId]);
      if (!isForced) await refuseLastAdministrator(unit, before);
      await queries.deleteMember(unit.tx, key);
      invalidateMember(unit, key.userId);
      return before.role;
    },

    async requireRole(anyUnit, organisationId, roleName, by) {
      const unit = of(anyUnit);
      const [role] = await findRolesNamed(unit.tx, [roleName]);
      if (!role) throw errors.roleNotFound({ roleName });
      await guard(unit, { organisationId, userId: '' }, by, [role.id]);
      return role.name;
    },

    async permissionsOf(unit, userId, organisationId) {
      const { tx } = of(unit);
      if (organisationId === null) {
        const found = await findEffective(tx, userId);
        return new Set(found && !found.isSuspended ? found.codes : []);
      }
      const [own] = await queries.findMemberships(tx, userId, organisationId);
      return own ? new Set(own.codes) : null;
    },

    memberOf: (unit, key) => queries.findMember(of(unit).tx, key).then((found) => found ?? null),
    list: (organisationId: string, query: PageQuery) => queries.listMembersIn(db.read, organisationId, query),
    listOf: (userId, unit) => queries.listMembershipsOf(unit ? of(unit).tx : db.read, userId),
    count: (unit, by) => queries.countMembers(of(unit).tx, by),
  };
}

function of(unit: AnyUnit): AuthorizationUnit {
  return withTables(unit);
}
