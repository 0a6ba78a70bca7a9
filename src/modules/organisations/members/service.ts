import type { Actor } from '#kernel/access.ts';
import { mapPage, type PageQuery } from '#kernel/page.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { MemberKey } from '#modules/authorization/contract.ts';
import type { KnownPerson } from '#modules/users/contract.ts';
import {
  organisationErrors as errors,
  organisationEvents as events,
  organisationPermissions,
  type OrganisationMember,
} from '../contract.ts';
import type { OrganisationsNeeds } from '../needs.ts';
import { forgetPerson, lockOrganisation, lockPerson, type StoredOrganisation } from '../queries.ts';
import { shownInMail } from './shown-in-mail.ts';
import { mayAll, resource, type OrganisationService } from '../service.ts';
import type { OrganisationsUnit } from '../tables.ts';

const { members: permission } = organisationPermissions;

export interface MembersNeeds extends Pick<
  OrganisationsNeeds,
  'authorization' | 'users' | 'notifications' | 'maxMembers' | 'db'
> {
  readonly service: OrganisationService;
}

/** Who is in an organisation, and by which role. */
export function createMembers({ authorization, users, notifications, maxMembers, db, service }: MembersNeeds) {
  const { organisations } = authorization;

  /** All members see who is in it; addresses are for those who manage members. @throws `organisations.not_found` */
  async function list(actor: Actor, organisationId: string, query: PageQuery) {
    const seesAll = await service.requireMember(actor, organisationId, permission);
    const page = await organisations.list(organisationId, query);
    const people = await users.peopleOf(page.items.map(({ userId }) => userId));
    return mapPage(page, ({ userId, role, joinedAt }): OrganisationMember => {
      const { firstName = '', lastName = '', email = null, phone = null } = people.get(userId) ?? {};
      const addresses = seesAll || userId === actor.id ? { email, phone } : { email: null, phone: null };
      return { userId, firstName, lastName, ...addresses, role, joinedAt };
    });
  }

  /**
   * Changes the role of a member. Who may do everything in all organisations also adds somebody by this.
   * @throws `organisations.member_not_found`, `organisations.members_too_many`, `organisations.too_many`,
   * `authorization.role_not_found`, `authorization.exceeds_own`, `authorization.last_administrator`, and as `require`
   */
  async function put(
    actor: Actor,
    organisationId: string,
    userId: string,
    roleName: string,
  ): Promise<OrganisationMember> {
    const person = (await users.peopleOf([userId])).get(userId); // before the unit, which must not wait for a second connection
    return service.changed(actor, organisationId, permission, async (unit) => {
      const key = { organisationId, userId };
      const isMember = (await organisations.memberOf(withoutTables(unit), key)) !== null;
      if (!person || (!isMember && !mayAll(actor))) throw errors.memberNotFound({ userId });
      if (isMember) await changeRole(unit, key, roleName, byOf(actor));
      else await add(unit, key, roleName, byOf(actor));
      return toMember(person, await organisations.memberOf(withoutTables(unit), key));
    });
  }

  async function changeRole(
    unit: OrganisationsUnit,
    key: MemberKey,
    roleName: string,
    by: string | null,
  ): Promise<void> {
    const { before, role } = await organisations.put(withoutTables(unit), key, roleName, by);
    if (before === role) return;
    unit.publish(events.roleChanged, { ...key, role });
    record(unit, 'organisations.role_changed', key, { before, after: role });
  }

  /**
   * Part of a unit that has locked the organisation.
   * @throws `organisations.members_too_many`, `organisations.too_many`, and as `put` of authorization
   */
  async function add(unit: OrganisationsUnit, key: MemberKey, roleName: string, by: string | null): Promise<void> {
    const any = withoutTables(unit);
    await lockPerson(unit.tx, key.userId);
    await service.refuseFullPerson(unit, key.userId);
    if ((await organisations.count(any, { organisationId: key.organisationId })) >= maxMembers)
      throw errors.membersTooMany({ limit: maxMembers });
    const { role } = await organisations.put(any, key, roleName, by);
    unit.publish(events.memberAdded, { ...key, role });
    record(unit, 'organisations.member_added', key, { role });
  }

  /**
   * Removes a member; everybody may leave. Counts on every node with the next request.
   * @throws `organisations.member_not_found`, `authorization.exceeds_own`, `authorization.last_administrator`, and as
   * `require`
   */
  function remove(actor: Actor, organisationId: string, userId: string): Promise<void> {
    const isOwn = actor.id === userId;
    return db.write(actor, async (unit) => {
      const row = await service.lock(unit, organisationId);
      if (!isOwn) await service.requireWithin(unit, organisationId, permission);
      const by = isOwn ? actor.id : byOf(actor);
      if (!(await takeOut(unit, row, userId, { by })))
        throw isOwn ? errors.notFound({ id: organisationId }) : errors.memberNotFound({ userId });
      if (isOwn) return;
      await notifications.send(withoutTables(unit), {
        template: 'organisations.removed',
        to: { userId },
        category: 'general',
        channels: ['email', 'inApp'],
        variables: { organisation: shownInMail(row.name) },
      });
    });
  }

  /** False for one who is not a member. An organisation without members is deleted. */
  async function takeOut(
    unit: OrganisationsUnit,
    row: StoredOrganisation,
    userId: string,
    options: { readonly by: string | null; readonly isForced?: boolean },
  ): Promise<boolean> {
    const any = withoutTables(unit);
    const key = { organisationId: row.id, userId };
    const role = await organisations.remove(any, key, options);
    if (role === null) return false;
    unit.publish(events.memberRemoved, key);
    record(unit, 'organisations.member_removed', key, { role });
    if ((await organisations.count(any, { organisationId: row.id })) === 0) await service.dissolve(unit, row);
    return true;
  }

  /** The account is deleted: it leaves all its organisations, also as the last administrator. */
  async function forgetUser(unit: OrganisationsUnit, userId: string): Promise<void> {
    for (const { organisationId } of await organisations.listOf(userId, withoutTables(unit))) {
      const row = await lockOrganisation(unit.tx, organisationId);
      if (row) await takeOut(unit, row, userId, { by: null, isForced: true }); // else somebody has deleted it meanwhile
    }
    await forgetPerson(unit.tx, userId);
  }

  return { list, put, add, remove, forgetUser };
}

export type Members = ReturnType<typeof createMembers>;

export function toMember(
  { id, firstName, lastName, email, phone }: KnownPerson,
  member: Pick<OrganisationMember, 'role' | 'joinedAt'> | null,
): OrganisationMember {
  return { userId: id, firstName, lastName, email, phone, role: member?.role ?? '', joinedAt: member?.joinedAt ?? '' };
}

/** Whose rights in the organisation bound what they give and take there; null: nothing does. */
export function byOf(actor: Actor): string | null {
  return mayAll(actor) ? null : actor.id;
}

function record(
  { audit }: OrganisationsUnit,
  action: string,
  { organisationId, userId }: MemberKey,
  payload: object,
): void {
  audit({ action, ...resource(organisationId), subjectId: userId, payload: { userId, ...payload } });
}
