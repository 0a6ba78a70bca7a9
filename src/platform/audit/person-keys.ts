import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Connection } from '#platform/database/pool.ts';
import { openUnder, sealUnder } from '#platform/keys/derived.ts';
import type { Keys, PersonKeys, Sealing } from '#platform/keys/port.ts';

export const PERSON_KEY_PURPOSE = 'platform.person_key';
const KEY_BYTES = 32;
const MAX_KEYS = 20_000; // about 5 MB
const REMEMBERED_MS = 5 * 60_000; // how long a node can still hold a key that was destroyed

type Queries = Pick<Connection, 'query'>;

/** Null: the person is erased. */
type Known = ReadonlyMap<string, Buffer | null>;

/**
 * Keys of people, each wrapped by the application secret in a row of its own. What was made within a transaction is
 * remembered only once that has committed: rolled back, the key is gone with all that was sealed under it.
 */
export function createPersonKeys(pool: Queries, keys: Keys): PersonKeys & PersonKeysOfUnits {
  const known = new LRUCache<string, Buffer>({ max: MAX_KEYS, ttl: REMEMBERED_MS });

  async function read(connection: Queries, people: readonly string[]): Promise<Map<string, Buffer | null>> {
    const { rows } = await connection.query<{ personId: string; wrapped: Buffer | null }>(
      'select person_id, wrapped from platform.person_key where person_id = any ($1)',
      [people],
    );
    return new Map(rows.map(({ personId, wrapped }) => [personId, wrapped && keys.open(PERSON_KEY_PURPOSE, wrapped)]));
  }

  /** In the order of the ids, so that two transactions that meet the same people for the first time do not deadlock. */
  async function create(connection: Queries, people: readonly string[]): Promise<void> {
    const sorted = people.toSorted();
    await connection.query(
      `insert into platform.person_key (person_id, wrapped)
       select p.id, p.wrapped from unnest($1::text[], $2::bytea[]) with ordinality p (id, wrapped, ord) order by p.ord
       on conflict do nothing`,
      [sorted, sorted.map(() => keys.seal(PERSON_KEY_PURPOSE, randomBytes(KEY_BYTES)))],
    );
  }

  function remember(found: Known): void {
    for (const [person, key] of found) if (key && !known.has(person)) known.set(person, key);
  }

  async function within(connection: Queries, people: readonly string[]): Promise<Known> {
    const found = new Map<string, Buffer | null>();
    for (const person of people) {
      const key = known.get(person);
      if (key) found.set(person, key);
    }
    const missing = [...new Set(people)].filter((person) => !found.has(person));
    if (missing.length === 0) return found;
    const stored = await read(connection, missing);
    const unborn = missing.filter((person) => !stored.has(person));
    if (unborn.length === 0) return new Map([...found, ...stored]);
    await create(connection, unborn); // waits for whoever is making the same, and then finds theirs
    return new Map([...found, ...(await read(connection, missing))]);
  }

  async function opener(people: readonly string[]): Promise<Sealing> {
    const wanted = [...new Set(people)].filter((person) => person !== '');
    const missing = wanted.filter((person) => !known.has(person));
    if (missing.length > 0) remember(await read(pool, missing));
    const found = new Map(wanted.map((person) => [person, known.get(person) ?? null]));
    return toSealing(keys, found);
  }

  return {
    within,
    remember,
    opener,
    async destroy({ tx }, person) {
      known.delete(person);
      await sql`insert into platform.person_key (person_id, destroyed_at) values (${person}, now())
        on conflict (person_id) do update set wrapped = null, destroyed_at = coalesce(person_key.destroyed_at, now())`.execute(
        tx,
      );
    },
  };
}

/** For the unit of work alone. */
export interface PersonKeysOfUnits {
  /** The people's keys, made in this transaction where there are none; null for who is erased. */
  within(connection: Queries, people: readonly string[]): Promise<Known>;
  /** After the commit. */
  remember(found: Known): void;
}

/** Seals and opens under keys that are at hand; under the application's key for nobody in particular. */
export function toSealing(keys: Keys, found: Known): Sealing {
  return {
    seal(purpose, person, clear) {
      if (person === '') return keys.seal(purpose, clear);
      const key = found.get(person);
      return key ? sealUnder(key, clear) : null;
    },
    open(purpose, person, sealed) {
      if (person === '') return keys.open(purpose, sealed);
      const key = found.get(person);
      return key ? openUnder(key, sealed) : null;
    },
  };
}
