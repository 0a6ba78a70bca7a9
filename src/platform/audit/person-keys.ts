import { randomBytes } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { createLru } from '#kernel/limits/lru.ts';
import type { Connection } from '#platform/database/pool.ts';
import type { Keys } from '#platform/keys/port.ts';
import { openUnder, sealUnder } from '#platform/keys/sealing.ts';
import type { PersonKeys, PersonSealing } from './port.ts';
import { sealedPersonKeys } from './secrets.ts';

const KEY_BYTES = 32;
const MAX_KEYS = 20_000; // about 5 MB
const CACHED_MS = 5 * 60_000; // how long a node can still hold a key that was destroyed

type Queries = Pick<Connection, 'query'>;

/** Keys by person. Null: the person is erased. An error: the stored key is not theirs, or was changed. */
type KeysByPerson = ReadonlyMap<string, PersonKey>;
type PersonKey = Buffer | Error | null;

/**
 * One row for each person holds their key, encrypted under the application secret. A key that was created within a
 * transaction is cached only after the commit: a rollback removes the key, and everything that was encrypted under it.
 */
export function createPersonKeys(pool: Queries, keys: Keys): PersonKeys & PersonKeysOfUnits {
  const cache = createLru<Buffer>(MAX_KEYS, CACHED_MS);

  async function read(connection: Queries, people: readonly string[]): Promise<Map<string, PersonKey>> {
    const { rows } = await connection.query<{ personId: string; wrapped: Buffer | null }>(
      'select person_id, wrapped from platform.person_key where person_id = any ($1)',
      [people],
    );
    return new Map(rows.map(({ personId, wrapped }) => [personId, unwrap(personId, wrapped)]));
  }

  /** One key that cannot be opened must not keep the entries of all others from being read. */
  function unwrap(person: string, wrapped: Buffer | null): PersonKey {
    try {
      return wrapped && keys.open(sealedPersonKeys, person, wrapped);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /**
   * Makes keys for people who have none, in the order of the ids, so that two transactions that make them for the same
   * people do not deadlock. Without those that another transaction has made: it is waited for.
   */
  async function create(connection: Queries, people: readonly string[]): Promise<Map<string, PersonKey>> {
    const made = people.toSorted().map((person) => ({ person, key: randomBytes(KEY_BYTES) }));
    const { rows } = await connection.query<{ personId: string }>(
      `insert into platform.person_key (person_id, wrapped)
       select p.id, p.wrapped from unnest($1::text[], $2::bytea[]) with ordinality p (id, wrapped, ord) order by p.ord
       on conflict do nothing returning person_id`,
      [made.map(({ person }) => person), made.map(({ person, key }) => keys.seal(sealedPersonKeys, person, key))],
    );
    const stored = new Set(rows.map(({ personId }) => personId));
    return new Map(made.filter(({ person }) => stored.has(person)).map(({ person, key }) => [person, key]));
  }

  function keep(found: KeysByPerson): void {
    for (const [person, key] of found) if (Buffer.isBuffer(key) && !cache.has(person)) cache.set(person, key);
  }

  async function within(connection: Queries, people: readonly string[]): Promise<KeysByPerson> {
    const found = new Map<string, PersonKey>();
    for (const person of people) {
      const key = cache.get(person);
      if (key) found.set(person, key);
    }
    const missing = [...new Set(people)].filter((person) => !found.has(person));
    if (missing.length === 0) return found;
    const stored = await read(connection, missing);
    const keyless = missing.filter((person) => !stored.has(person));
    if (keyless.length === 0) return new Map([...found, ...stored]);
    const created = await create(connection, keyless);
    const others = keyless.filter((person) => !created.has(person));
    const ofOthers = others.length > 0 ? await read(connection, others) : [];
    return new Map([...found, ...stored, ...created, ...ofOthers]);
  }

  async function opener(people: readonly string[]): Promise<PersonSealing> {
    const wanted = [...new Set(people)].filter((person) => person !== '');
    const missing = wanted.filter((person) => !cache.has(person));
    const stored = missing.length > 0 ? await read(pool, missing) : new Map<string, PersonKey>();
    keep(stored);
    const found = new Map(wanted.map((person) => [person, cache.get(person) ?? stored.get(person) ?? null]));
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
  function keyOf(person: string): Buffer | null {
    const key = found.get(person) ?? null;
    if (key instanceof Error) throw key;
    return key;
  }

  return {
    seal(column, row, person, clear) {
      if (person === '') return keys.seal(column, row, clear);
      const key = keyOf(person);
      return key ? sealUnder(key, { column, row }, clear) : null;
    },
    open(column, row, person, sealed) {
      if (person === '') return keys.open(column, row, sealed);
      const key = keyOf(person);
      if (!key) return null;
      const { acceptsUnbound = false } = column;
      return openUnder({ keys: [key], acceptsUnbound }, { column, row }, sealed);
    },
  };
}
