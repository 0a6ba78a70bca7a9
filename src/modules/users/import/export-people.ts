import { system } from '#kernel/access.ts';
import type { UsersApi } from '../contract.ts';
import type { UsersNeeds } from '../needs.ts';
import { listPeople, type StoredPerson } from './queries.ts';
import type { PersonLine } from './schemas.ts';

const BATCH = 500;
const EVERYBODYS_ROLE = 'user'; // an import gives it anyway

/** Writes people as lines that an import takes. */
export function createPeopleExport({
  db,
  authorization,
}: Pick<UsersNeeds, 'db' | 'authorization'>): Pick<UsersApi, 'exportPeople'> {
  async function* exportPeople({ withHashes }: { readonly withHashes: boolean }): AsyncGenerator<string> {
    await db.write(system('cli'), async ({ audit }) =>
      audit({ action: 'users.exported', resourceType: 'users', resourceId: 'all', payload: { withHashes } }),
    );
    for (let after: string | null = null; ;) {
      const people: StoredPerson[] = await listPeople(db.read, after, BATCH);
      const roles = await authorization.rolesOf(people.map(({ id }) => id));
      if (people.length > 0)
        yield people
          .map((person) => `${JSON.stringify(toLine(person, roles.get(person.id) ?? [], withHashes))}\n`)
          .join('');
      if (people.length < BATCH) return;
      after = people.at(-1)?.id ?? null;
    }
  }

  return { exportPeople };
}

/** Who came by no import has the id of the account as outside id: it stays the same from export to export. */
function toLine(person: StoredPerson, roleNames: readonly string[], withHashes: boolean): PersonLine {
  const { email, phone, firstName, lastName, language, passwordHash, createdAt, identities } = person;
  const roles = roleNames.filter((name) => name !== EVERYBODYS_ROLE);
  return {
    externalId: person.externalId ?? person.id,
    ...(email !== null && { email, emailVerified: person.isVerified }),
    ...(phone !== null && { phone }),
    firstName,
    lastName,
    language,
    ...(withHashes && passwordHash !== null && { passwordHash }),
    ...(roles.length > 0 && { roles }),
    ...(hasFields(person.public) && { publicMetadata: person.public }),
    ...(hasFields(person.private) && { privateMetadata: person.private }),
    ...(hasFields(person.unsafe) && { unsafeMetadata: person.unsafe }),
    ...(identities.length > 0 && { identities }),
    ...(person.status === 'disabled' && { disabled: true }),
    createdAt,
  };
}

function hasFields(fields: StoredPerson['public']): fields is Record<string, unknown> {
  return fields !== null && Object.keys(fields).length > 0;
}
