import { StartError } from '#platform/database/open.ts';
import type { Queries } from '#platform/database/pool.ts';
import type { KeysOfSecret } from './derived.ts';
import type { Keys, SealedColumn } from './port.ts';

export const sealedPersistentKeys: SealedColumn = {
  table: 'platform.lasting_key',
  key: { name: 'text' },
  column: 'sealed',
  purpose: 'platform.lasting_key',
};
const FINGERPRINT_PURPOSE = 'platform.secret';

/**
 * Loads the keys that stay when the secret changes, and creates missing ones from the current secret. Records since
 * when the current secret is in use. Once these keys are bound to their rows, a re-encryption has bound everything, and
 * values of earlier versions are refused.
 * @throws StartError when the database was sealed under secrets that are not configured
 */
export async function loadPersistentKeys(
  pool: Queries,
  keys: Keys & KeysOfSecret,
  names: readonly string[],
): Promise<void> {
  const made = names.map((name) => keys.seal(sealedPersistentKeys, name, keys.derive(name)));
  await pool.query(
    `insert into platform.lasting_key (name, sealed) select n.name, n.sealed from unnest($1::text[], $2::bytea[]) n (name, sealed)
     where not exists (select 1 from platform.lasting_key k where k.name = n.name) on conflict do nothing`,
    [names, made],
  );
  const { rows } = await pool.query<{ name: string; sealed: Buffer }>(
    'select name, sealed from platform.lasting_key where name = any ($1)',
    [names],
  );
  for (const { name, sealed } of rows) keys.loadKey(name, openKey(keys, name, sealed));
  if (rows.every(({ name, sealed }) => keys.isBound(sealedPersistentKeys, name, sealed))) keys.refuseUnbound();
  await pool.query(
    `insert into platform.secret_use (fingerprint) select $1
     where $1 is distinct from (select fingerprint from platform.secret_use order by since desc limit 1)
     on conflict (fingerprint) do update set since = now()`,
    [fingerprintOf(keys)],
  );
}

/** Since when the current secret is in use. */
export async function secretSince(pool: Queries, keys: Keys): Promise<string> {
  const { rows } = await pool.query<{ since: string }>('select since from platform.secret_use where fingerprint = $1', [
    fingerprintOf(keys),
  ]);
  const since = rows[0]?.since;
  if (since === undefined) throw new Error('the table platform.secret_use has no row for the current secret');
  return since;
}

function fingerprintOf(keys: Keys): Buffer {
  return keys.mac(FINGERPRINT_PURPOSE, 'fingerprint');
}

function openKey(keys: Keys, name: string, sealed: Buffer): Buffer {
  try {
    return keys.open(sealedPersistentKeys, name, sealed);
  } catch (error) {
    throw new StartError(
      'BONYAN_SECRET is not the secret under which this database was sealed. Set BONYAN_SECRET to that secret; or, if you have changed it on purpose, set BONYAN_SECRET_PREVIOUS to the one before.',
      { cause: error },
    );
  }
}
