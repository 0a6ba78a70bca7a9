import { system, type Actor } from '#kernel/access.ts';
import { kindOf } from '#kernel/forms/address.ts';
import { newId } from '#kernel/id.ts';
import { createLinks } from '#kernel/links.ts';
import { mapPage, type PageQuery } from '#kernel/page.ts';
import { Problem } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { on, type EventSubscription } from '#platform/events/port.ts';
import type { WorkResult } from '#platform/work/port.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userEvents, type KnownPerson } from '#modules/users/contract.ts';
import {
  organisationErrors as errors,
  organisationEvents as events,
  organisationPermissions,
  type Invitation,
  type NewInvitation,
  type OrganisationMember,
  type OwnInvitation,
} from '../contract.ts';
import type { Members } from '../members/service.ts';
import { byOf, toMember } from '../members/service.ts';
import { shownInMail } from '../members/shown-in-mail.ts';
import type { OrganisationsNeeds } from '../needs.ts';
import { findOrganisations, lockPerson, type StoredOrganisation } from '../queries.ts';
import { mayAll, resource, type OrganisationService } from '../service.ts';
import type { OrganisationsTables, OrganisationsUnit } from '../tables.ts';
import * as queries from './queries.ts';

const DAY_MS = 86_400_000;
const VALID_DAYS = 7;
const DELETED = 1000; // in one unit
const MAX_PENDING = 100; // of an organisation
const MAX_TO_ADDRESS = 10; // in 24 hours, by everybody: who is invited has not asked for it
const MAX_AGAIN = 2; // of them by one person, so that one cannot use them up for others
const MAX_BY_PERSON = 50; // in 24 hours
/** The role is gone, or gives more than who has invited may give now. */
const VOIDING = new Set([authorizationErrors.exceedsOwn.code, authorizationErrors.roleNotFound.code]);
const proved = [userEvents.emailVerified, userEvents.emailChanged, userEvents.phoneVerified, userEvents.phoneChanged];
const { members: permission } = organisationPermissions;

export interface OrganisationInvitationsNeeds extends Pick<
  OrganisationsNeeds,
  'db' | 'authorization' | 'users' | 'notifications' | 'publicUrl' | 'now'
> {
  readonly service: OrganisationService;
  readonly members: Pick<Members, 'add'>;
}

/**
 * Invitations name an address, and belong to the account that has proved it: there is no secret that could be passed on, and who
 * invites does not learn whether there is an account.
 */
export function createInvitations(needs: OrganisationInvitationsNeeds) {
  const { db, authorization, users, notifications, publicUrl, now, service, members } = needs;
  const nowIso = () => now().toISOString();

  /** Those that wait for an answer. @throws as `require` */
  async function list(actor: Actor, organisationId: string, query: PageQuery) {
    await service.require(actor, organisationId, permission);
    return mapPage(await queries.listPending(db.read, organisationId, nowIso(), query), toInvitation);
  }

  /**
   * Replaces an earlier one to the same address.
   * @throws `http.invalid`, `organisations.already_member`, `organisations.invitations_too_many`,
   * `authorization.role_not_found`, `authorization.exceeds_own`, and as `require`
   */
  async function create(actor: Actor, organisationId: string, { role = 'user', ...given }: NewInvitation) {
    const address = await users.addressOf(given);
    // Before the unit, which must not wait for a second connection.
    const [userId, people] = await Promise.all([users.personAt(address), users.peopleOf([actor.id])]);
    return service.changed(actor, organisationId, permission, async (unit, organisation) => {
      const any = withoutTables(unit);
      const name = await authorization.organisations.requireRole(any, organisationId, role, byOf(actor));
      // Who manages members sees their addresses anyway.
      if (userId !== null && (await authorization.organisations.memberOf(any, { organisationId, userId })))
        throw errors.alreadyMember({ userId });
      const replaced = await queries.replacePending(unit.tx, organisationId, address, nowIso());
      await refuseTooMany(unit, organisationId, address);
      const row = await queries.insertInvitation(unit.tx, {
        id: newId(),
        organisationId,
        address,
        role: name,
        invitedBy: actor.id,
        userId,
        createdAt: nowIso(),
        expiresAt: new Date(now().getTime() + VALID_DAYS * DAY_MS).toISOString(),
      });
      for (const invitationId of replaced) unit.publish(events.invitationWithdrawn, { organisationId, invitationId });
      unit.publish(events.invited, { organisationId, invitationId: row.id });
      unit.audit({
        action: 'organisations.invited',
        ...resource(organisationId),
        ...(userId !== null && { subjectId: userId }),
        payload: { invitationId: row.id, role: name },
      });
      await tell(unit, organisation, row, people.get(actor.id));
      return toInvitation(row);
    });
  }

  /** By each of those who could be flooded, or flood others. */
  async function refuseTooMany({ tx, actor }: OrganisationsUnit, organisationId: string, address: string) {
    await lockPerson(tx, actor.id);
    await queries.lockAddress(tx, address);
    const since = new Date(now().getTime() - DAY_MS).toISOString();
    const key = { organisationId, address, invitedBy: actor.id };
    const { toAddress, toAddressByInviter, byInviter, pending } = await queries.countInvitations(
      tx,
      key,
      since,
      nowIso(),
    );
    if (pending >= MAX_PENDING) throw errors.openTooMany({ limit: MAX_PENDING });
    const isTooMany = toAddress >= MAX_TO_ADDRESS || toAddressByInviter >= MAX_AGAIN || byInviter >= MAX_BY_PERSON;
    if (isTooMany) throw errors.invitationsTooMany({ retryAfterSeconds: DAY_MS / 1000 });
  }

  /** An account is told as it wants to be; else an e-mail goes to the address. Nobody pays for SMS to strangers. */
  async function tell(
    unit: OrganisationsUnit,
    { name }: StoredOrganisation,
    row: queries.StoredInvitation,
    inviter: KnownPerson | undefined,
  ) {
    const isPhone = kindOf(row.address) === 'phone';
    if (row.userId === null && isPhone) return;
    await notifications.send(withoutTables(unit), {
      template: 'organisations.invited',
      to: row.userId === null ? { email: row.address, language: inviter?.language ?? 'en' } : { userId: row.userId },
      category: 'general',
      channels: row.userId === null ? ['email'] : ['email', 'inApp'],
      variables: {
        organisation: shownInMail(name),
        inviter: shownInMail(inviter ? `${inviter.firstName} ${inviter.lastName}` : ''),
        link: createLinks(publicUrl).absolute('/'),
        days: VALID_DAYS,
      },
      expiresAt: new Date(row.expiresAt),
    });
  }

  /** @throws `organisations.invitation_not_found`, and as `require` */
  function withdraw(actor: Actor, organisationId: string, id: string): Promise<void> {
    return service.changed(actor, organisationId, permission, async (unit) => {
      const row = await queries.lockPending(unit.tx, id, nowIso());
      if (row?.organisationId !== organisationId) throw errors.invitationNotFound({ id });
      await queries.endInvitation(unit.tx, id, 'withdrawn', null, nowIso());
      unit.publish(events.invitationWithdrawn, { organisationId, invitationId: id });
      unit.audit({
        action: 'organisations.invitation_withdrawn',
        ...resource(organisationId),
        payload: { invitationId: id },
      });
    });
  }

  /** To an address that the caller has proved. */
  async function listOwn(actor: Actor): Promise<OwnInvitation[]> {
    const rows = await queries.listPendingTo(db.read, addressesOf(await personOf(actor)), nowIso());
    const [names, inviters] = await Promise.all([
      findOrganisations(
        db.read,
        rows.map(({ organisationId }) => organisationId),
      ),
      users.peopleOf(rows.flatMap(({ invitedBy }) => invitedBy ?? [])),
    ]);
    const nameOf = new Map(names.map(({ id, name }) => [id, name]));
    return rows.map(({ id, organisationId, role, invitedBy, createdAt, expiresAt }) => {
      const person = inviters.get(invitedBy ?? '');
      const inviter = person ? `${person.firstName} ${person.lastName}` : null;
      const organisationName = nameOf.get(organisationId) ?? '';
      return { id, organisationId, organisationName, role, invitedBy: inviter, createdAt, expiresAt };
    });
  }

  const personOf = async ({ id }: Actor) => (await users.peopleOf([id])).get(id);

  /**
   * The caller becomes a member, if who has invited them may still give that role.
   * @throws `organisations.invitation_not_found`, `organisations.invitation_void`, `organisations.already_member`,
   * `organisations.members_too_many`, `organisations.too_many`
   */
  function accept(actor: Actor, id: string): Promise<OrganisationMember> {
    return answered(actor, id, async (unit, { organisationId, role, invitedBy }, person) => {
      const key = { organisationId, userId: actor.id };
      const any = withoutTables(unit);
      if (await authorization.organisations.memberOf(any, key)) throw errors.alreadyMember({ userId: actor.id });
      const by = invitedBy === null ? undefined : await boundOf(unit, organisationId, invitedBy);
      if (by === undefined) throw errors.invitationVoid({ id });
      await members.add(unit, key, role, by).catch((error: unknown) => {
        throw error instanceof Problem && VOIDING.has(error.code) ? errors.invitationVoid({ id }) : error;
      });
      await queries.endInvitation(unit.tx, id, 'accepted', actor.id, nowIso());
      return toMember(person, await authorization.organisations.memberOf(any, key));
    });
  }

  /** Whose rights bound the invitation now, as `byOf`; undefined for somebody who may not invite any more. */
  async function boundOf(unit: OrganisationsUnit, organisationId: string, invitedBy: string) {
    const { permissionsOf } = authorization.organisations;
    const any = withoutTables(unit);
    const outside = await permissionsOf(any, invitedBy, null);
    if (outside && mayAll({ permissions: outside })) return null;
    const inside = await permissionsOf(any, invitedBy, organisationId);
    return inside?.has(permission.code) ? invitedBy : undefined;
  }

  /** @throws `organisations.invitation_not_found` */
  function decline(actor: Actor, id: string): Promise<void> {
    return answered(actor, id, async (unit, { organisationId }) => {
      await queries.endInvitation(unit.tx, id, 'declined', actor.id, nowIso());
      unit.publish(events.invitationDeclined, { organisationId, invitationId: id });
      unit.audit({
        action: 'organisations.invitation_declined',
        ...resource(organisationId),
        payload: { invitationId: id },
      });
    });
  }

  async function answered<R>(
    actor: Actor,
    id: string,
    answer: (unit: OrganisationsUnit, row: queries.StoredInvitation, person: KnownPerson) => Promise<R>,
  ): Promise<R> {
    const person = await personOf(actor);
    return db.write(actor, async (unit) => {
      const found = await queries.findPending(unit.tx, id, nowIso());
      if (!person || !found || !addressesOf(person).includes(found.address)) throw errors.invitationNotFound({ id });
      await service.lock(unit, found.organisationId); // before the invitation: the order in which all are locked
      const row = await queries.lockPending(unit.tx, id, nowIso());
      if (!row) throw errors.invitationNotFound({ id });
      return answer(unit, row, person);
    });
  }

  /** The person has proved an address: what was sent to it before is theirs, for their export and their deletion. */
  async function claim({ tx }: OrganisationsUnit, { userId }: { readonly userId: string }): Promise<void> {
    const person = (await users.peopleOf([userId])).get(userId);
    await queries.claimInvitations(tx, userId, addressesOf(person));
  }

  const subscriptions: EventSubscription[] = proved.map((event) =>
    on<typeof event.payload, OrganisationsTables>(event, claim),
  );

  /** Those that ended more than a day ago, in batches. */
  async function tidy(signal: AbortSignal): Promise<WorkResult<OrganisationsTables>> {
    const before = new Date(now().getTime() - DAY_MS).toISOString();
    const some = () => db.write(system('organisations'), ({ tx }) => queries.deleteEnded(tx, before, DELETED));
    for (let count = DELETED; count === DELETED && !signal.aborted;) count = await some();
    return { write: async () => {} };
  }

  return { list, create, withdraw, listOwn, accept, decline, subscriptions, tidy };
}

export type OrganisationInvitations = ReturnType<typeof createInvitations>;

function addressesOf(person: KnownPerson | undefined): string[] {
  return [person?.email, person?.phone].filter((address) => typeof address === 'string');
}

function toInvitation({ address, id, role, invitedBy, createdAt, expiresAt }: queries.StoredInvitation): Invitation {
  const isPhone = kindOf(address) === 'phone';
  const shown = { email: isPhone ? null : address, phone: isPhone ? address : null };
  return { id, ...shown, role, invitedBy, createdAt, expiresAt };
}
