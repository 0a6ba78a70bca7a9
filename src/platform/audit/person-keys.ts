import { randomBytes } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Connection } from '#platform/database/pool.ts';
import { openUnder, sealUnder } from '#platform/keys/derived.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { PersonKeys, PersonSealing } from './port.ts';

export const PERSON_KEY_PURPOSE = 'platform.person_key';
const KEY_BYTES = 32;
const MAX_KEYS = 20_000; // about 5 MB
const CACHED_MS = 5 * 60_000; // how long a node can still hold a key that was destroyed

type Queries = Pick<Connection, 'query'>;

/** Keys by person. Null: the person is erased. */
type KeysByPerson = ReadonlyMap<string, Buffer | null>;

/**
 * One row for each person holds their key, encrypted under the application secret. A key that was created within a
 * transaction is cached only after the commit: a rollback removes the key, and everything that was encrypted under it.
 */
export function createPersonKeys(pool: Queries, keys: Keys): PersonKeys & PersonKeysOfUnits {
  const cache = new LRUCache<string, Buffer>({ max: MAX_KEYS, ttl: CACHED_MS });

  async function read(
    connection: Queries,
    people: readonly string[],
    open = (wrapped: Buffer): Buffer | null => keys.open(PERSON_KEY_PURPOSE, wrapped),
  ): Promise<Map<string, Buffer | null>> {
    const { rows } = await connection.query<{ personId: string; wrapped: Buffer | null }>(
      'select person_id, wrapped from platform.person_key where person_id = any ($1)',
      [people],
    );
    return new Map(rows.map(({ personId, wrapped }) => [personId, wrapped && open(wrapped)]));
  }

  /** A reader goes on without a key that was changed: what was encrypted under it is then missing. */
  function openOrNull(wrapped: Buffer): Buffer | null {
    try {
      return keys.open(PERSON_KEY_PURPOSE, wrapped);
    } catch {
      return null;
    }
  }

  /** In the order of the ids, so that two transactions that create keys for the same people do not deadlock. */
  async function create(connection: Queries, people: readonly string[]): Promise<void> {
    const sorted = people.toSorted();
    await connection.query(
      `insert into platform.person_key (person_id, wrapped)
       select p.id, p.wrapped from unnest($1::text[], $2::bytea[]) with ordinality p (id, wrapped, ord) order by p.ord
       on conflict do nothing`,
      [sorted, sorted.map(() => keys.seal(PERSON_KEY_PURPOSE, randomBytes(KEY_BYTES)))],
    );
  }

  function keep(found: KeysByPerson): void {
    for (const [person, key] of found) if (key && !cache.has(person)) cache.set(person, key);
  }

  async function within(connection: Queries, people: readonly string[]): Promise<KeysByPerson> {
    const found = new Map<string, Buffer | null>();
    for (const person of people) {
      const key = cache.get(person);
      if (key) found.set(person, key);
    }
    const missing = [...new Set(people)].filter((person) => !found.has(person));
    if (missing.length === 0) return found;
    const stored = await read(connection, missing);
    const keyless = missing.filter((person) => !stored.has(person));
    if (keyless.length === 0) return new Map([...found, ...stored]);
    await create(connection, keyless); // waits for a transaction that creates the same keys; then theirs are read
    return new Map([...found, ...(await read(connection, missing))]);
  }

  async function opener(people: readonly string[]): Promise<PersonSealing> {
    const wanted = [...new Set(people)].filter((person) => person !== '');
    const missing = wanted.filter((person) => !cache.has(person));
    if (missing.length > 0) keep(await read(pool, missing, openOrNull));
    const found = new Map(wanted.map((person) => [person, cache.get(person) ?? null]));
    return toPersonSealing(keys, found);
  }

  async function findDestroyed(people: readonly string[]): Promise<string[]> {
    const { rows } = await pool.query<{ personId: string }>(
      `select person_id from platform.person_key
       where person_id = any ($1) group by person_id having bool_and(wrapped is null and destroyed_at is not null)`,
      [people],
    );
    return rows.map(({ personId }) => personId);
  }

  return {
    within,
    keep,
    opener,
    findDestroyed,
    async destroy(tx: Transaction<never>, person) {
      cache.delete(person);
      await sql`insert into platform.person_key (person_id, destroyed_at) values (${person}, now())
        on conflict (person_id) do update set wrapped = null, destroyed_at = coalesce(person_key.destroyed_at, now())`.execute(
        tx,
      );
    },
  };
}

/** Only for units of work. */
export interface PersonKeysOfUnits {
  /** The keys of these people, created in this transaction where they have none; null for the erased. */
  within(connection: Queries, people: readonly string[]): Promise<KeysByPerson>;
  /** After the commit: caches the keys. */
  keep(found: KeysByPerson): void;
}

/** Encrypts and decrypts under the given keys; under the application's key for no person. */
export function toPersonSealing(keys: Keys, found: KeysByPerson): PersonSealing {
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
