import type { Actor, Membership, Permission } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { mapPage, pageOf, type PageQuery } from '#kernel/page.ts';
import { withoutTables } from '#platform/database/port.ts';
import { httpErrors, type Precondition } from '#platform/http/port.ts';
import {
  organisationErrors as errors,
  organisationEvents as events,
  organisationPermissions,
  type ActiveOrganisation,
  type NewOrganisation,
  type Organisation,
  type OrganisationSwitch,
  type OwnOrganisation,
} from './contract.ts';
import type { OrganisationsNeeds } from './needs.ts';
import * as queries from './queries.ts';
import type { OrganisationsUnit } from './tables.ts';

/** Somebody's organisations are read with their permissions, whole: so many they may be in. */
export const MAX_MEMBERSHIPS = 100;
const { access, manage } = organisationPermissions;

/** Organisations: who founds, sees, renames and deletes them, and in which one a session works. */
export function createOrganisationService(needs: OrganisationsNeeds) {
  const { db, users, maxPerFounder, now } = needs;
  const { organisations } = needs.authorization;

  /** Null for everybody else: an organisation is not known to those outside. */
  async function rightsOf(actor: Actor, id: string): Promise<{ has(permission: Permission): boolean } | null> {
    if (mayAll(actor)) return (await queries.findOrganisation(db.read, id)) ? { has: () => true } : null;
    const membership = actor.type === 'user' ? await organisations.membershipOf(actor.id, id) : null;
    return membership && { has: ({ code }) => membership.permissions.has(code) };
  }

  /** Answers whether they hold `permission` there. @throws `organisations.not_found` for those outside */
  async function requireMember(actor: Actor, id: string, permission: Permission): Promise<boolean> {
    const rights = await rightsOf(actor, id);
    if (!rights) throw errors.notFound({ id });
    return rights.has(permission);
  }

  /** @throws `organisations.not_found` for those outside, `http.forbidden` for members who may not */
  async function require(actor: Actor, id: string, permission: Permission): Promise<void> {
    if (!(await requireMember(actor, id, permission))) throw httpErrors.forbidden({ permission: permission.code });
  }

  /** A change by somebody with the permission there, while nobody else changes it. @throws as `require` */
  function changed<R>(
    actor: Actor,
    id: string,
    permission: Permission,
    change: (unit: OrganisationsUnit, row: queries.StoredOrganisation) => Promise<R>,
  ): Promise<R> {
    return db.write(actor, async (unit) => {
      const row = await lock(unit, id);
      await requireWithin(unit, id, permission);
      return change(unit, row);
    });
  }

  /** As `require`, as the unit sees it: behind the lock, so that what was taken meanwhile counts. */
  async function requireWithin(unit: OrganisationsUnit, id: string, permission: Permission): Promise<void> {
    const { actor } = unit;
    if (mayAll(actor)) return;
    const held = await organisations.permissionsOf(withoutTables(unit), actor.id, id);
    if (!held || actor.type !== 'user') throw errors.notFound({ id });
    if (!held.has(permission.code)) throw httpErrors.forbidden({ permission: permission.code });
  }

  async function lock({ tx }: OrganisationsUnit, id: string): Promise<queries.StoredOrganisation> {
    const row = await queries.lockOrganisation(tx, id);
    if (!row) throw errors.notFound({ id });
    return row;
  }

  /** Those that the caller is in. */
  async function list(actor: Actor, query: PageQuery) {
    const memberships = await organisations.listOf(actor.id);
    const rows = await queries.findOrganisations(
      db.read,
      memberships.map(({ organisationId }) => organisationId),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const own = memberships.toReversed().flatMap(({ organisationId, role, joinedAt }): OwnOrganisation[] => {
      const row = byId.get(organisationId);
      const isActive = actor.organisation?.id === organisationId;
      return row ? [{ ...toOrganisation(row), role, joinedAt, isActive }] : [];
    });
    return pageOf(own, query, 'listOrganisations');
  }

  const listAll = async (query: PageQuery) => mapPage(await queries.listOrganisations(db.read, query), toOrganisation);

  /** @throws `organisations.not_found` */
  async function get(actor: Actor, id: string): Promise<Organisation> {
    await requireMember(actor, id, manage);
    const row = await queries.findOrganisation(db.read, id);
    if (!row) throw errors.notFound({ id });
    return toOrganisation(row);
  }

  /** Who founds it is its administrator. @throws `organisations.too_many` */
  function create(actor: Actor, { name }: NewOrganisation): Promise<Organisation> {
    const id = newId();
    return db.write(actor, async (unit) => {
      await queries.lockPerson(unit.tx, actor.id);
      if ((await queries.countFounded(unit.tx, actor.id)) >= maxPerFounder)
        throw errors.tooMany({ limit: maxPerFounder });
      const any = withoutTables(unit);
      await refuseFullPerson(unit, actor.id);
      const row = await queries.insertOrganisation(unit.tx, { id, name, createdBy: actor.id });
      await organisations.open(any, id);
      const { role } = await organisations.put(any, { organisationId: id, userId: actor.id }, 'admin', null);
      unit.publish(events.created, { organisationId: id });
      unit.publish(events.memberAdded, { organisationId: id, userId: actor.id, role });
      unit.audit({ action: 'organisations.created', ...resource(id), payload: { name } });
      return toOrganisation(row);
    });
  }

  /** With the lock of the person. @throws `organisations.too_many` */
  async function refuseFullPerson(unit: OrganisationsUnit, userId: string): Promise<void> {
    if ((await organisations.count(withoutTables(unit), { userId })) >= MAX_MEMBERSHIPS)
      throw errors.tooMany({ limit: MAX_MEMBERSHIPS });
  }

  /** @throws as `require`, `http.precondition_failed` */
  function edit(
    actor: Actor,
    id: string,
    { name }: NewOrganisation,
    precondition: Precondition,
  ): Promise<Organisation> {
    return changed(actor, id, manage, async (unit, row) => {
      precondition.require(row.version);
      const edited = await queries.renameOrganisation(unit.tx, id, name);
      unit.publish(events.updated, { organisationId: id });
      unit.audit({ action: 'organisations.updated', ...resource(id), payload: { before: row.name, after: name } });
      return toOrganisation(edited);
    });
  }

  /** With members, invitations and entries in access lists. @throws as `require`, `http.precondition_failed` */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return changed(actor, id, manage, async (unit, row) => {
      precondition.require(row.version);
      await dissolve(unit, row);
    });
  }

  /** With the lock of the organisation. */
  async function dissolve(unit: OrganisationsUnit, { id, name }: queries.StoredOrganisation): Promise<void> {
    await organisations.close(withoutTables(unit), id);
    await queries.deleteOrganisation(unit.tx, id, now().toISOString());
    unit.publish(events.deleted, { organisationId: id });
    unit.audit({ action: 'organisations.deleted', ...resource(id), payload: { name } });
  }

  /** In which the session works: none, also after the caller has left it. */
  const active = ({ organisation }: Actor): ActiveOrganisation =>
    toActive(organisation?.id ?? null, organisation ?? null);

  /** @throws `organisations.not_found` for one that the caller is not in */
  async function switchTo(actor: Actor, { organisationId }: OrganisationSwitch): Promise<ActiveOrganisation> {
    const { id: userId, sessionId } = actor;
    if (sessionId === null) throw httpErrors.notSignedIn();
    const membership = organisationId === null ? null : await organisations.membershipOf(userId, organisationId);
    if (organisationId !== null && !membership) throw errors.notFound({ id: organisationId });
    await db.write(actor, (unit) => users.workIn(withoutTables(unit), sessionId, organisationId));
    return toActive(organisationId, membership);
  }

  return {
    require,
    requireMember,
    requireWithin,
    changed,
    lock,
    dissolve,
    refuseFullPerson,
    list,
    listAll,
    get,
    create,
    edit,
    remove,
    active,
    switchTo,
  };
}

export type OrganisationService = ReturnType<typeof createOrganisationService>;

/** Who may do everything in all organisations, by a permission outside them. */
export function mayAll({ permissions }: Pick<Actor, 'permissions'>): boolean {
  return permissions.has(access.code);
}

export function resource(id: string) {
  return { resourceType: 'organisation', resourceId: id };
}

function toActive(organisationId: string | null, membership: Membership | null): ActiveOrganisation {
  if (!membership) return { organisationId: null, role: null, permissions: [] };
  const { role, permissions } = membership;
  return { organisationId, role, permissions: [...permissions].toSorted() };
}

function toOrganisation({ createdBy: _, ...row }: queries.StoredOrganisation): Organisation {
  return row;
}
