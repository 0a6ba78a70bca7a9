import type { Actor } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import {
  authorizationActions as actions,
  authorizationErrors as errors,
  authorizationEvents as events,
  type Holdings,
  type Role,
} from '../contract.ts';
import { decideAnew } from '../decisions/decisions.ts';
import { refuseBeyond, refuseUnknown, requireOtherAdministrator } from '../guards.ts';
import { toHoldings } from './holdings.ts';
import { listGiven } from '../roles/inclusion-queries.ts';
import { lockRole } from '../roles/queries.ts';
import * as queries from './queries.ts';
import { ADMIN, type AuthorizationTables, type OwnUnit, type Reader } from '../tables.ts';

type RoleRef = Pick<Role, 'id' | 'name'>;

/** What users hold: roles, permissions of their own, and denials. */
export function createSubjects(db: Db<AuthorizationTables>) {
  async function holdings(userId: string): Promise<Holdings> {
    return (await findHoldings(db.read, userId)) ?? notFound(userId);
  }

  /** Idempotent. The role's lock makes two removals of the last administrators take turns. */
  function setRole(actor: Actor, userId: string, roleName: string, isAssigned: boolean): Promise<Holdings> {
    return db.write(actor, async (unit) => {
      const role = await lockFor(unit, userId, roleName);
      if (isAssigned) await assignRole(unit, userId, role);
      else await revokeRole(unit, userId, role);
      return (await findHoldings(unit.tx, userId)) ?? notFound(userId);
    });
  }

  /** Gives a permission to one user, or denies it to them, or takes that back. Idempotent. */
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
      const before = await queries.listDirect(unit.tx, direct, userId);
      if (before.includes(code) !== isWanted) {
        if (isWanted) await queries.insertDirect(unit.tx, direct, userId, code);
        else await queries.deleteDirect(unit.tx, direct, userId, code);
        const after = await queries.listDirect(unit.tx, direct, userId);
        const { action, event } = directChanges[direct][isWanted ? 'set' : 'unset'];
        unit.publish(event, { userId, permission: code });
        decideAnew(unit, userId);
        const payload = { permission: code, before, after };
        unit.audit({ action, resourceType: 'user', resourceId: userId, payload });
      }
      return (await findHoldings(unit.tx, userId)) ?? notFound(userId);
    });
  }

  return { holdings, setRole, setDirect };
}

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

/** Null for somebody who is not admitted. */
export async function findHoldings(db: Reader, userId: string): Promise<Holdings | null> {
  const grounds = await queries.findGrounds(db, userId);
  return grounds ? toHoldings(userId, grounds) : null;
}

/** Locks a role and then a user, in this order everywhere, for giving or taking that role within what the actor holds. */
export async function lockFor(unit: OwnUnit, userId: string, roleName: string): Promise<RoleRef> {
  const role = await lockRole(unit.tx, { name: roleName });
  if (!role) throw errors.roleNotFound({ roleName });
  refuseBeyond(unit.actor, await listGiven(unit.tx, [role.id]));
  if (!(await queries.lockSubject(unit.tx, userId))) return notFound(userId);
  return role;
}

export async function assignRole(unit: OwnUnit, userId: string, role: RoleRef): Promise<void> {
  const before = await heldRoles(unit, userId);
  if (!(await queries.insertSubjectRole(unit.tx, userId, role.id))) return;
  unit.publish(events.roleAssigned, { userId, roleId: role.id });
  decideAnew(unit, userId);
  const payload = { before, after: [...before, role.name].toSorted() };
  unit.audit({ action: actions.roleAssigned, resourceType: 'user', resourceId: userId, payload });
}

/** @throws `authorization.last_administrator` */
export async function revokeRole(unit: OwnUnit, userId: string, role: RoleRef): Promise<void> {
  if (!(await queries.isHolder(unit.tx, userId, role.id))) return;
  if (role.name === ADMIN) await requireOtherAdministrator(unit, userId);
  const before = await heldRoles(unit, userId);
  await queries.deleteSubjectRole(unit.tx, userId, role.id);
  unit.publish(events.roleRevoked, { userId, roleId: role.id });
  decideAnew(unit, userId);
  const payload = { before, after: before.filter((name) => name !== role.name) };
  unit.audit({ action: 'authorization.role_revoked', resourceType: 'user', resourceId: userId, payload });
}

async function heldRoles({ tx }: OwnUnit, userId: string): Promise<string[]> {
  return (await queries.listRoleNames(tx, [userId])).map(({ name }) => name);
}

function notFound(userId: string): never {
  throw errors.userNotFound({ userId });
}
