import { system, type Actor } from '#kernel/access.ts';
import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { Freshness } from '#platform/freshness/port.ts';
import { httpErrors, type Caller } from '#platform/http/port.ts';
import {
  authorizationErrors as errors,
  authorizationEvents as events,
  type AuthorizationApi,
  type Holdings,
  type Matrix,
  type NewRole,
  type Role,
  type RoleContent,
} from './contract.ts';
import { createAccessLists } from './access-lists.ts';
import * as queries from './queries.ts';
import { ADMIN, USER, type AuthorizationTables, type OwnUnit } from './tables.ts';

const SUBJECTS = 'authorization.subject';
const EVERYBODY = '*';
const MAX_HOLDERS = 1000;
const NOTHING: ReadonlySet<string> = new Set();

export interface AuthorizationNeeds {
  readonly db: Db<AuthorizationTables>;
  readonly freshness: Freshness;
}

/** Who may do what: roles, their permissions, and who holds them. */
export function createAuthorizationService({ db, freshness }: AuthorizationNeeds) {
  const subjects = freshness.remember(SUBJECTS, async (userId) => {
    const found = await queries.findEffective(db.read, userId);
    if (!found) return null;
    return found.isSuspended ? NOTHING : new Set(found.codes);
  });

  function permissionsOf({ id }: Caller): ReadonlySet<string> | Promise<ReadonlySet<string>> {
    const known = subjects.get(id);
    return known instanceof Promise ? known.then((permissions) => permissions ?? NOTHING) : known;
  }

  async function matrix(): Promise<Matrix> {
    const [roles, permissions] = await Promise.all([queries.listRoles(db.read), queries.listPermissions(db.read)]);
    return { roles, permissions };
  }

  async function getRole(id: string): Promise<Role> {
    const role = await queries.findRole(db.read, id);
    if (!role) throw errors.roleNotFound({ id });
    return role;
  }

  /** @throws `authorization.role_name_taken`, `authorization.permission_unknown`, `authorization.exceeds_own` */
  function createRole(actor: Actor, { name, permissions }: NewRole): Promise<Role> {
    return db.write(actor, async (unit) => {
      await refuseUnknown(unit, permissions);
      refuseBeyond(actor, permissions);
      const id = await queries.insertRole(unit.tx, name);
      if (id === null) throw errors.roleNameTaken({ name });
      await queries.addPermissions(unit.tx, id, permissions);
      announce(unit, id, permissions, []);
      unit.audit({
        action: 'authorization.role_created',
        resourceType: 'role',
        resourceId: id,
        payload: { after: { name, permissions } },
      });
      return mustFind(unit, id);
    });
  }

  /** Replaces name and permissions. A built-in role keeps its name, and `admin` keeps everything. */
  function replaceRole(
    actor: Actor,
    id: string,
    { name, permissions }: RoleContent,
    ifMatch: number | null,
  ): Promise<Role> {
    return db.write(actor, async (unit) => {
      const before = await queries.lockRole(unit.tx, { id });
      if (!before) throw errors.roleNotFound({ id });
      if (ifMatch !== null && ifMatch !== before.version)
        throw httpErrors.preconditionFailed({ version: before.version });
      if (before.builtIn && (before.name !== name || before.name === ADMIN))
        throw errors.roleBuiltIn({ name: before.name });
      await refuseUnknown(unit, permissions);
      const added = permissions.filter((code) => !before.permissions.includes(code));
      const removed = before.permissions.filter((code) => !permissions.includes(code));
      refuseBeyond(actor, [...added, ...removed]);
      if (added.length + removed.length === 0 && name === before.name) return before;
      const taken = await queries.findRoleByName(unit.tx, name);
      if (taken && taken.id !== id) throw errors.roleNameTaken({ name });
      await queries.renameRole(unit.tx, id, name);
      await queries.addPermissions(unit.tx, id, added);
      await queries.removePermissions(unit.tx, id, removed);
      await queries.touchRole(unit.tx, id);
      announce(unit, id, added, removed);
      unit.audit({
        action: 'authorization.role_changed',
        resourceType: 'role',
        resourceId: id,
        payload: { before: { name: before.name, permissions: before.permissions }, after: { name, permissions } },
      });
      return mustFind(unit, id);
    });
  }

  /** @throws `authorization.role_built_in` */
  function deleteRole(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const role = await queries.lockRole(unit.tx, { id });
      if (!role) throw errors.roleNotFound({ id });
      if (role.builtIn) throw errors.roleBuiltIn({ name: role.name });
      refuseBeyond(actor, role.permissions);
      await queries.deleteRole(unit.tx, id);
      unit.publish(events.roleDeleted, { roleId: id });
      unit.invalidate(SUBJECTS, EVERYBODY);
      const before = { name: role.name, permissions: role.permissions };
      unit.audit({ action: 'authorization.role_deleted', resourceType: 'role', resourceId: id, payload: { before } });
    });
  }

  /** Idempotent: giving a permission twice is one grant and one audit entry. */
  function setPermission(actor: Actor, roleName: string, code: string, isGranted: boolean): Promise<Role> {
    return db.write(actor, async (unit) => {
      const role = await queries.lockRole(unit.tx, { name: roleName });
      if (!role) throw errors.roleNotFound({ roleName });
      await refuseUnknown(unit, [code]);
      refuseBeyond(actor, [code]);
      if (role.name === ADMIN && !isGranted) throw errors.roleBuiltIn({ name: role.name });
      if (role.permissions.includes(code) === isGranted) return role;
      if (isGranted) await queries.addPermissions(unit.tx, role.id, [code]);
      else await queries.removePermissions(unit.tx, role.id, [code]);
      await queries.touchRole(unit.tx, role.id);
      announce(unit, role.id, isGranted ? [code] : [], isGranted ? [] : [code]);
      const after = await mustFind(unit, role.id);
      unit.audit({
        action: isGranted ? 'authorization.permission_granted' : 'authorization.permission_revoked',
        resourceType: 'role',
        resourceId: role.id,
        payload: { permission: code, before: role.permissions, after: after.permissions },
      });
      return after;
    });
  }

  /** Idempotent. The role's lock makes two removals of the last administrators take turns. */
  function setRole(actor: Actor, userId: string, roleName: string, isAssigned: boolean): Promise<Holdings> {
    return db.write(actor, async (unit) => {
      const role = await queries.lockRole(unit.tx, { name: roleName });
      if (!role) throw errors.roleNotFound({ roleName });
      if (!(await queries.lockSubject(unit.tx, userId))) throw errors.userNotFound({ userId });
      refuseBeyond(actor, role.permissions);
      if (isAssigned) await assign(unit, userId, role);
      else await revoke(unit, userId, role);
      return mustHold(await queries.findHoldings(unit.tx, userId));
    });
  }

  async function assignNamed(unit: OwnUnit, userId: string, roleName: string): Promise<void> {
    const role = await queries.lockRole(unit.tx, { name: roleName });
    if (!role) throw errors.roleNotFound({ roleName });
    if (!(await queries.lockSubject(unit.tx, userId))) throw errors.userNotFound({ userId });
    refuseBeyond(unit.actor, role.permissions);
    await assign(unit, userId, role);
  }

  async function setSuspended(unit: OwnUnit, userId: string, isSuspended: boolean): Promise<void> {
    if (await queries.setSuspended(unit.tx, userId, isSuspended)) unit.invalidate(SUBJECTS, userId);
  }

  /** The lock on `admin` makes all who take an administrator away take turns. */
  async function requireNotLastAdministrator(unit: OwnUnit, userId: string): Promise<void> {
    const admin = await queries.lockRole(unit.tx, { name: ADMIN });
    if (admin && (await queries.isHolder(unit.tx, userId, admin.id))) await requireOtherAdministrator(unit, userId);
  }

  async function assign(unit: OwnUnit, userId: string, role: Pick<Role, 'id' | 'name'>): Promise<void> {
    const before = await heldRoles(unit, userId);
    if (!(await queries.insertSubjectRole(unit.tx, userId, role.id))) return;
    unit.publish(events.roleAssigned, { userId, roleId: role.id });
    unit.invalidate(SUBJECTS, userId);
    const payload = { before, after: [...before, role.name].toSorted() };
    unit.audit({ action: 'authorization.role_assigned', resourceType: 'user', resourceId: userId, payload });
  }

  async function revoke(unit: OwnUnit, userId: string, role: Pick<Role, 'id' | 'name'>): Promise<void> {
    if (!(await queries.isHolder(unit.tx, userId, role.id))) return;
    if (role.name === ADMIN) await requireOtherAdministrator(unit, userId);
    const before = await heldRoles(unit, userId);
    await queries.deleteSubjectRole(unit.tx, userId, role.id);
    unit.publish(events.roleRevoked, { userId, roleId: role.id });
    unit.invalidate(SUBJECTS, userId);
    const payload = { before, after: before.filter((name) => name !== role.name) };
    unit.audit({ action: 'authorization.role_revoked', resourceType: 'user', resourceId: userId, payload });
  }

  async function holdings(userId: string): Promise<Holdings> {
    const found = await queries.findHoldings(db.read, userId);
    if (!found) throw errors.userNotFound({ userId });
    return found;
  }

  const api: AuthorizationApi = {
    permissionsOf,
    async admit(anyUnit, userId) {
      const unit = own(anyUnit);
      await queries.insertSubject(unit.tx, userId);
      await assign(unit, userId, await mustFindByName(unit, USER));
    },
    async remove(anyUnit, userId) {
      const unit = own(anyUnit);
      const admin = await queries.lockRole(unit.tx, { name: ADMIN });
      if (admin) await revoke(unit, userId, admin);
      await queries.deleteSubject(unit.tx, userId);
      unit.invalidate(SUBJECTS, userId);
    },
    async makeAdministrator(anyUnit, userId) {
      const unit = own(anyUnit);
      await assign(unit, userId, await mustFindByName(unit, ADMIN));
    },
    async assignRoles(anyUnit, userId, roleNames) {
      const unit = own(anyUnit);
      // In one order everywhere, so that two who give the same roles do not wait for each other.
      for (const roleName of [...new Set(roleNames.map((name) => name.toLowerCase()))].toSorted())
        await assignNamed(unit, userId, roleName);
    },
    async suspend(anyUnit, userId) {
      await requireNotLastAdministrator(own(anyUnit), userId);
      await setSuspended(own(anyUnit), userId, true);
    },
    resume: (unit, userId) => setSuspended(own(unit), userId, false),
    async requireNoMore(anyUnit, userId) {
      const unit = own(anyUnit);
      if (!(await queries.lockSubject(unit.tx, userId))) return;
      const held = await queries.findEffective(unit.tx, userId);
      refuseBeyond(unit.actor, held?.codes ?? []);
    },
    requireNotLastAdministrator: (unit, userId) => requireNotLastAdministrator(own(unit), userId),
    accessLists: createAccessLists(db),
    hasAdministrator: () => queries.hasOtherAdministrator(db.read, null),
    async rolesOf(userIds) {
      const rows = await queries.listRoleNames(db.read, userIds);
      return new Map(userIds.map((id) => [id, rows.filter(({ userId }) => userId === id).map(({ name }) => name)]));
    },
    holdersOf: ({ code }) => queries.listHolders(db.read, code, MAX_HOLDERS),
    declare: (permissions) =>
      db.write(system('authorization'), async ({ tx, invalidate }) => {
        const rows = permissions.map(({ code, summary, module }) => ({ code, description: summary, module }));
        // Only when something changed: the answer to an invalidation waits for nodes that were killed, too.
        if (await queries.replaceCatalogue(tx, rows)) invalidate(SUBJECTS, EVERYBODY);
      }),
  };

  /** Part of the platform's unit: the account is gone already, so nothing is guarded any more. */
  async function forgetUser(unit: OwnUnit, userId: string): Promise<void> {
    await queries.deleteSubject(unit.tx, userId);
    unit.invalidate(SUBJECTS, userId);
  }

  return {
    api,
    forgetUser,
    matrix,
    getRole,
    createRole,
    replaceRole,
    deleteRole,
    setPermission,
    setRole,
    holdings,
    listRoles: async () => ({ items: await queries.listRoles(db.read) }),
  };
}

export type AuthorizationService = ReturnType<typeof createAuthorizationService>;

/** The caller's unit, seen with this module's tables. */
function own(unit: AnyUnit): OwnUnit {
  return withTables(unit);
}

async function requireOtherAdministrator({ tx }: OwnUnit, userId: string): Promise<void> {
  if (!(await queries.hasOtherAdministrator(tx, userId))) throw errors.lastAdministrator();
}

function announce(
  { publish, invalidate }: OwnUnit,
  roleId: string,
  added: readonly string[],
  removed: readonly string[],
): void {
  for (const permission of added) publish(events.permissionGranted, { roleId, permission });
  for (const permission of removed) publish(events.permissionRevoked, { roleId, permission });
  invalidate(SUBJECTS, EVERYBODY);
}

async function refuseUnknown({ tx }: OwnUnit, codes: readonly string[]): Promise<void> {
  const unknown = await queries.unknownPermissions(tx, codes);
  if (unknown.length > 0) throw errors.permissionUnknown({ permissions: unknown });
}

/** What the program does on its own (seeds, the first administrator) is not bounded by permissions. */
function refuseBeyond(actor: Actor, codes: readonly string[]): void {
  if (actor.type === 'system') return;
  const missing = codes.filter((code) => !actor.permissions.has(code));
  if (missing.length > 0) throw errors.exceedsOwn({ permissions: missing });
}

async function heldRoles({ tx }: OwnUnit, userId: string): Promise<string[]> {
  return (await queries.listRoleNames(tx, [userId])).map(({ name }) => name);
}

async function mustFind({ tx }: OwnUnit, id: string): Promise<Role> {
  const role = await queries.findRole(tx, id);
  if (!role) throw new Error(`role ${id} has vanished inside its own unit`);
  return role;
}

async function mustFindByName({ tx }: OwnUnit, name: string): Promise<Role> {
  const role = await queries.findRoleByName(tx, name);
  if (!role) throw new Error(`the built-in role ${name} is missing`);
  return role;
}

function mustHold(found: Holdings | null): Holdings {
  if (!found) throw new Error('the subject has vanished inside its own unit');
  return found;
}
