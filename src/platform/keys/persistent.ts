import { StartError } from '#platform/database/open.ts';
import type { Connection } from '#platform/database/pool.ts';
import type { KeysOfSecret } from './derived.ts';
import type { Keys } from './port.ts';

export const PERSISTENT_KEY_PURPOSE = 'platform.lasting_key';
const FINGERPRINT_PURPOSE = 'platform.secret';

type Queries = Pick<Connection, 'query'>;

/**
 * Adopts the keys that outlive secrets, and makes those that are missing. Notes since when this secret is in use.
 * @throws StartError when the database was sealed under other secrets than those at hand
 */
export async function loadPersistentKeys(
  pool: Queries,
  keys: Keys & KeysOfSecret,
  names: readonly string[],
): Promise<void> {
  const made = names.map((name) => keys.seal(PERSISTENT_KEY_PURPOSE, keys.derive(name)));
  await pool.query(
    `insert into platform.lasting_key (name, sealed) select n.name, n.sealed from unnest($1::text[], $2::bytea[]) n (name, sealed)
     where not exists (select 1 from platform.lasting_key k where k.name = n.name) on conflict do nothing`,
    [names, made],
  );
  const { rows } = await pool.query<{ name: string; sealed: Buffer }>(
    'select name, sealed from platform.lasting_key where name = any ($1)',
    [names],
  );
  for (const { name, sealed } of rows) keys.loadKey(name, opened(keys, sealed));
  await pool.query(
    `insert into platform.secret_use (fingerprint) select $1
     where $1 is distinct from (select fingerprint from platform.secret_use order by since desc limit 1)
     on conflict (fingerprint) do update set since = now()`,
    [fingerprintOf(keys)],
  );
}

/** Since when the present secret is the present one. */
export async function secretSince(pool: Queries, keys: Keys): Promise<string> {
  const { rows } = await pool.query<{ since: string }>('select since from platform.secret_use where fingerprint = $1', [
    fingerprintOf(keys),
  ]);
  const since = rows[0]?.since;
  if (since === undefined) throw new Error('the secret in use was never noted');
  return since;
}

function fingerprintOf(keys: Keys): Buffer {
  return keys.mac(FINGERPRINT_PURPOSE, 'fingerprint');
}

function opened(keys: Keys, sealed: Buffer): Buffer {
  try {
    return keys.open(PERSISTENT_KEY_PURPOSE, sealed);
  } catch (error) {
    throw new StartError(
      'BONYAN_SECRET is not the one that this database was sealed under. Set it to that one, or, if you have changed it, set BONYAN_SECRET_PREVIOUS to the one before.',
      { cause: error },
    );
  }
}
