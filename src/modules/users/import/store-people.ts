import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Admission } from '../accounts/admission.ts';
import { lockSetup } from '../accounts/queries.ts';
import { addressOf } from '../addresses/forms.ts';
import { userEvents } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { UserRow } from '../tables.ts';
import type { ParsedPerson, Refusal } from './parse-line.ts';
import {
  insertIdentities,
  insertMetadata,
  insertPeople,
  listHolders,
  listKnown,
  listTakenIdentities,
  type Holder,
} from './queries.ts';

const ATTEMPTS = 5; // somebody must register one of the addresses during each of them
const UNIQUE_VIOLATION = '23505';

/** A person, and what became of the line: stored, known before, or refused. */
export type LineOutcome = 'imported' | 'unchanged' | Refusal;

export interface StoreNeeds extends Pick<UsersNeeds, 'db' | 'authorization' | 'notifications' | 'branding'> {
  readonly admission: Pick<Admission, 'endPending'>;
}

/** Stores many people in one unit. What they get is what a registration, or an invitation, gives to one. */
export function createPeopleStore({ db, authorization, notifications, branding, admission }: StoreNeeds) {
  /**
   * The outcome of each, in their order. No two of them have the same outside id, address or identity. Somebody who gets
   * one of these meanwhile ends the unit; the next attempt finds them.
   */
  async function store(people: readonly ParsedPerson[], options: { isDryRun: boolean }): Promise<LineOutcome[]> {
    if (people.length === 0) return [];
    for (let attempt = 1; ; attempt++) {
      try {
        return await db.write(system('cli'), (unit) => storeIn(unit, people, options));
      } catch (error) {
        if (attempt === ATTEMPTS || !isUniqueViolation(error)) throw error;
      }
    }
  }

  async function storeIn(
    unit: UsersUnit,
    people: readonly ParsedPerson[],
    { isDryRun }: { isDryRun: boolean },
  ): Promise<LineOutcome[]> {
    // As for all who make administrators without a signed-in user.
    if (people.some(({ roles }) => roles.length > 0)) await lockSetup(unit.tx);
    const { decide, replaced } = await createDecision(unit, people);
    const outcomes: LineOutcome[] = [];
    for (const person of people) outcomes.push(await decide(person));
    const chosen = people.filter((_, at) => outcomes[at] === 'imported');
    if (isDryRun || chosen.length === 0) return outcomes;
    for (const address of replaced) await admission.endPending(unit, address);
    await insert(unit, chosen);
    return outcomes;
  }

  /** What the database says about the lines, with a few statements for all of them. */
  async function createDecision(unit: UsersUnit, people: readonly ParsedPerson[]) {
    const known = await listKnown(
      unit.tx,
      people.map(({ externalId }) => externalId),
    );
    const found = await listHolders(unit.tx, [...new Set(people.flatMap(addressesOf))]);
    const holders = new Map(
      found.flatMap((holder) => [holder.email, holder.phone].map((address) => [address, holder])),
    );
    const identities = await listTakenIdentities(
      unit.tx,
      people.flatMap((person) => person.identities),
    );
    const taken = new Set(identities.map(keyOfIdentity));
    const unknown = new Set(
      await authorization.holdRoles(
        withoutTables(unit),
        people.flatMap(({ roles }) => roles),
      ),
    );

    const replaced: string[] = [];

    async function decide(person: ParsedPerson): Promise<LineOutcome> {
      const { externalId } = person;
      if (known.has(externalId)) return 'unchanged';
      const refuse = (code: Refusal['code'], reason: string): Refusal => ({ externalId, code, reason });
      const role = person.roles.find((name) => unknown.has(name));
      if (role !== undefined) return refuse('role_unknown', `there is no role ${role}`);
      if (person.identities.some((one) => taken.has(keyOfIdentity(one))))
        return refuse('identity_taken', 'an account has one of the identities');
      const inTheWay = new Set(addressesOf(person).flatMap((address) => holders.get(address) ?? []));
      for (const holder of inTheWay) {
        if (await isReplaceable(unit, person, holder)) continue;
        const isPhone = holder.phone !== null && holder.phone === person.phone;
        if (isPhone) return refuse('phone_taken', 'an account has the number');
        return refuse('email_taken', 'an account has the address');
      }
      replaced.push(...[...inTheWay].map(addressOf));
      return 'imported';
    }

    return { decide, replaced };
  }

  /** A registration that nobody has confirmed belongs to nobody, and keeps nobody from an address that is proved. */
  async function isReplaceable(unit: UsersUnit, { isVerified }: ParsedPerson, holder: Holder): Promise<boolean> {
    if (!isVerified || holder.status !== 'pending' || holder.isReserved) return false;
    return !(await authorization.holdsMoreThanDefault(withoutTables(unit), holder.id));
  }

  async function insert(unit: UsersUnit, chosen: readonly ParsedPerson[]): Promise<void> {
    const people = chosen.map(({ createdAt = null, ...person }) => ({ ...person, createdAt, ...toAccount(person) }));
    await insertPeople(unit.tx, people);
    await insertMetadata(
      unit.tx,
      people.flatMap(({ id, metadata }) => (metadata ? [{ userId: id, ...toTexts(metadata) }] : [])),
    );
    await insertIdentities(
      unit.tx,
      people.flatMap(({ id, identities }) => identities.map((one) => ({ ...one, id: newId(), userId: id }))),
    );
    await authorization.admitAll(
      withoutTables(unit),
      people.map(({ id, status, roles }) => ({ userId: id, isSuspended: status !== 'active', roleNames: roles })),
    );
    await notifications.putRecipients(
      withoutTables(unit),
      people.map(({ id, email, phone, language }) => ({ userId: id, email, phone, language })),
    );
    for (const { id, status, identities } of people) {
      unit.publish(userEvents.registered, { userId: id });
      const payload = { status, identities: identities.map(({ provider }) => provider) };
      unit.audit({ action: 'users.imported', resourceType: 'user', resourceId: id, payload });
    }
  }

  function toAccount({ isVerified, isDisabled, language = branding.language }: ParsedPerson) {
    const status: UserRow['status'] = isDisabled ? 'disabled' : isVerified ? 'active' : 'pending';
    return { id: newId(), status, language };
  }

  return { store };
}

export type PeopleStore = ReturnType<typeof createPeopleStore>;

export function keyOfIdentity({ issuer, subject }: { readonly issuer: string; readonly subject: string }): string {
  return JSON.stringify([issuer, subject]);
}

/** All by which an account is found. */
function addressesOf({ email, spelling, phone }: ParsedPerson): string[] {
  return [...new Set([email, spelling, phone])].filter((address) => address !== null);
}

function toTexts({ public: one, private: other, unsafe }: NonNullable<ParsedPerson['metadata']>) {
  return { public: JSON.stringify(one), private: JSON.stringify(other), unsafe: JSON.stringify(unsafe) };
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
