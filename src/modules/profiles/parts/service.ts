import { isDeepStrictEqual } from 'node:util';
import { countryOfLanguage } from '#kernel/forms/country.ts';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { parseAssignedPhone } from '#kernel/forms/phone.ts';
import { newId } from '#kernel/id.ts';
import type { Actor } from '#kernel/access.ts';
import { searchText, uniqueTexts } from '#kernel/text.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import {
  MAX_INTERESTS,
  MAX_LINKS,
  profileErrors,
  profileEvents,
  type InterestsAddition,
  type LinksChange,
  type NewProfile,
  type Profile,
  type ProfilePart,
} from '../contract.ts';
import type { ProfilesNeeds, ProfilesUnit } from '../needs.ts';
import {
  findProfile,
  insertProfile,
  lockProfile,
  markTold,
  tally,
  updateProfile,
  type ProfileFields,
} from '../queries.ts';
import { completenessOf } from './completeness.ts';

const HOUR_MS = 3_600_000;

/** Parts of which the owner is told, unless they do not want that. */
const TOLD = { contact: 'profiles.contact_changed', privacy: 'profiles.privacy_changed' } as const;

export type PartsNeeds = Pick<ProfilesNeeds, 'db' | 'notifications' | 'branding' | 'now'>;

/** A profile, created and changed part by part by its owner. */
export function createProfileParts({ db, notifications, branding, now }: PartsNeeds) {
  /** @throws `profiles.not_found`; so does every method here but `create` */
  async function get(actor: Actor): Promise<Profile> {
    return orNotFound(await findProfile(db.read, actor.id));
  }

  /** @throws `profiles.exists`, and as `change` */
  function create(actor: Actor, input: NewProfile | null): Promise<Profile> {
    return db.write(actor, async (unit) => {
      const fields = toFields(input ?? {}, {});
      const completeness = completenessOf(fields);
      const profile = await insertProfile(unit.tx, { id: newId(), userId: actor.id, ...fields, completeness });
      if (!profile) throw profileErrors.exists();
      unit.publish(profileEvents.created, { userId: actor.id });
      const { isProfilePublic, showEmail, showPhone } = profile;
      const shown = { isProfilePublic, showEmail, showPhone };
      note(unit, profile, 'profiles.created', { fields: Object.keys(fields), ...shown });
      await tellNotifications(unit, profile, fields);
      await tally(unit.tx, null, profile);
      return profile;
    });
  }

  /** @throws `profiles.phone_invalid`, `profiles.birth_not_past`, `http.precondition_failed` */
  function change(actor: Actor, part: ProfilePart, input: ProfileFields, precondition: Precondition) {
    return changeBy(actor, part, precondition, async (profile) => toFields(input, profile));
  }

  /** @throws `profiles.too_many_links`, `http.precondition_failed` */
  function changeLinks(actor: Actor, { links: changed }: LinksChange, precondition: Precondition): Promise<Profile> {
    return changeBy(actor, 'links', precondition, async (profile) => {
      const entries = Object.entries({ ...profile.links, ...changed });
      const links = Object.fromEntries(entries.flatMap(([name, url]) => (url === null ? [] : [[name, url]])));
      if (Object.keys(links).length > MAX_LINKS) throw profileErrors.tooManyLinks({ limit: MAX_LINKS });
      return { links };
    });
  }

  /** In any spelling, an interest is there once. @throws `profiles.too_many_interests`, `http.precondition_failed` */
  function addInterests(actor: Actor, { interests: added }: InterestsAddition, precondition: Precondition) {
    return changeBy(actor, 'interests', precondition, async (profile) => {
      const interests = uniqueTexts([...profile.interests, ...added]);
      if (interests.length > MAX_INTERESTS) throw profileErrors.tooManyInterests({ limit: MAX_INTERESTS });
      return { interests };
    });
  }

  /** In any spelling. One that the profile does not have is removed already. @throws `http.precondition_failed` */
  function removeInterest(actor: Actor, interest: string, precondition: Precondition): Promise<Profile> {
    const form = searchText(interest);
    return changeBy(actor, 'interests', precondition, async (profile) => ({
      interests: profile.interests.filter((other) => searchText(other) !== form),
    }));
  }

  /** `toChange` gets the locked profile. */
  function changeBy(
    actor: Actor,
    part: ProfilePart,
    precondition: Precondition,
    toChange: (profile: Profile, unit: ProfilesUnit) => Promise<ProfileFields>,
  ): Promise<Profile> {
    return db.write(actor, async (unit) => {
      const profile = orNotFound(await lockProfile(unit.tx, actor.id));
      precondition.require(profile.version);
      return apply(unit, profile, part, await toChange(profile, unit));
    });
  }

  /** Nothing happens when all fields have these values already. */
  async function apply(
    unit: ProfilesUnit,
    profile: Profile,
    part: ProfilePart,
    fields: ProfileFields,
  ): Promise<Profile> {
    // Also what is the same here: it may have been chosen anew among the preferences of notifications.
    await tellNotifications(unit, profile, fields);
    const entries = Object.entries(fields).filter(
      ([name, value]) => !isDeepStrictEqual(Reflect.get(profile, name), value),
    );
    if (entries.length === 0) return profile;
    const changed: ProfileFields = Object.fromEntries(entries);
    const completeness = completenessOf({ ...profile, ...changed });
    const after = await updateProfile(unit.tx, profile, { ...changed, completeness });
    unit.publish(profileEvents.updated, { userId: profile.userId, part });
    // What becomes public must be seen in the trail; what a person writes of themselves is in the profile.
    note(unit, profile, `profiles.${part}_changed`, part === 'privacy' ? changed : { fields: Object.keys(changed) });
    await tellOwner(unit, profile, part);
    await tally(unit.tx, profile, after);
    return after;
  }

  /** Language and clock of the next message follow the profile. */
  async function tellNotifications(unit: ProfilesUnit, { userId }: Profile, changed: ProfileFields): Promise<void> {
    const { preferredLanguage: language, timeZone, receiveProductUpdates: wantsProduct } = changed;
    if (language === undefined && timeZone === undefined && wantsProduct === undefined) return;
    await notifications.setReader(withoutTables(unit), {
      userId,
      ...(language !== undefined && { language }),
      ...(timeZone !== undefined && { timeZone }),
      ...(wantsProduct !== undefined && { wantsProduct }),
    });
  }

  /** Once an hour for each part: who changes them again and again fills no mailbox. */
  async function tellOwner(unit: ProfilesUnit, { userId, ...before }: Profile, part: ProfilePart): Promise<void> {
    if ((part !== 'contact' && part !== 'privacy') || !before.receiveSecurityAlerts) return;
    const [at, since] = [now(), new Date(now().getTime() - HOUR_MS)].map((time) => time.toISOString()) as [
      string,
      string,
    ];
    if (!(await markTold(unit.tx, userId, part, { at, since }))) return;
    await notifications.send(withoutTables(unit), {
      template: TOLD[part],
      to: { userId },
      channels: ['inApp', 'email'],
      category: 'security',
      occurrence: { at, ip: null, device: null },
      variables: {},
    });
  }

  /** The fields as they are stored. @throws `profiles.phone_invalid`, `profiles.birth_not_past` */
  function toFields(input: ProfileFields, profile: ProfileFields): ProfileFields {
    const { contactEmail, contactPhone, dateOfBirth } = input;
    if (dateOfBirth && dateOfBirth >= now().toISOString().slice(0, 10)) throw profileErrors.birthNotPast();
    const phone = contactPhone ? toPhone(contactPhone, { ...profile, ...input }) : contactPhone;
    return {
      ...input,
      ...(contactEmail && { contactEmail: parseEmail(contactEmail) }),
      ...(phone !== undefined && { contactPhone: phone }),
    };
  }

  function toPhone(typed: string, { country, preferredLanguage }: ProfileFields): string {
    const from = country ?? countryOfLanguage(preferredLanguage ?? branding.language);
    const phone = parseAssignedPhone(typed, from);
    if (phone === null) throw profileErrors.phoneInvalid({ country: from });
    return phone;
  }

  const exportFor = async (userId: string) => (await findProfile(db.read, userId)) ?? null;

  return { get, create, change, changeLinks, addInterests, removeInterest, changeBy, apply, exportFor };
}

export type ProfileParts = ReturnType<typeof createProfileParts>;

/** The payload is encrypted under the person's key, and becomes unreadable with them. */
function note(
  { audit }: ProfilesUnit,
  { id, userId }: Profile,
  action: string,
  payload: Record<string, unknown>,
): void {
  audit({ action, resourceType: 'profile', resourceId: id, subjectId: userId, payload });
}

function orNotFound(profile: Profile | undefined): Profile {
  if (!profile) throw profileErrors.notFound();
  return profile;
}
