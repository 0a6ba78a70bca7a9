import { system } from '#kernel/access.ts';
import { recordSecrets } from '#platform/audit/secrets.ts';
import { sealedAnswers } from '#platform/database/flush.ts';
import type { Db } from '#platform/database/port.ts';
import type { Connection, Queries } from '#platform/database/pool.ts';
import { capturedMails } from '#platform/mail/captured.ts';
import type { KeysOfSecret } from './derived.ts';
import { loadPersistentKeys, sealedPersistentKeys, secretSince } from './persistent.ts';
import type { HandedOut, Keys, SealedColumn, Secrets } from './port.ts';
import { createReEncryption, type ReEncryptedColumn } from './re-encrypt.ts';

const ofPlatform: readonly SealedColumn[] = [...recordSecrets.sealed, sealedAnswers, capturedMails];

export interface SecretsNeeds {
  readonly db: Db<unknown>;
  readonly pool: Pick<Connection, 'query'>;
  readonly keys: Keys & KeysOfSecret;
  readonly modules: readonly { readonly secrets?: Secrets }[];
}

export interface ReEncryptionReport {
  readonly columns: readonly ReEncryptedColumn[];
  /** Since when the current secret is in use. */
  readonly since: string;
  /** Credentials that become invalid without the previous secret. */
  readonly handedOut: readonly HandedOut[];
}

/** Everything that depends on the application secret, for when it changes. */
export function createSecrets({ db, pool, keys, modules }: SecretsNeeds) {
  const kept = modules.flatMap(({ secrets }) => secrets ?? []);
  // The persistent keys last: they show that everything before them is bound to its place.
  const columns = [...ofPlatform, ...kept.flatMap(({ sealed }) => sealed), sealedPersistentKeys];
  const persistent = [
    ...[recordSecrets, ...kept].flatMap(({ persistentSeals = [] }) =>
      persistentSeals.map((purpose) => `seal:${purpose}`),
    ),
    ...kept.flatMap(({ persistentMacs }) => persistentMacs.map((purpose) => `mac:${purpose}`)),
  ];
  const sealed = createReEncryption({ db, keys, columns });

  /** Call it after `prepare`. May be repeated, also after an interruption. */
  async function reEncrypt(): Promise<ReEncryptionReport> {
    const done = await sealed.reEncrypt();
    const since = await secretSince(pool, keys);
    const rewrapped = done.map(({ name: column, old: rows }) => ({ column, rows }));
    await db.write(system('keys'), async ({ audit }) =>
      audit({ action: 'keys.rewrapped', resourceType: 'secret', resourceId: 'application', payload: { rewrapped } }),
    );
    const handedOut = await Promise.all(kept.map(async (secrets) => (await secrets.handedOut?.(since)) ?? []));
    return { columns: done, since, handedOut: handedOut.flat().filter(({ count }) => count > 0) };
  }

  return {
    columns,
    /**
     * Call it after the migrations. @throws StartError when the database was sealed under secrets that are not
     * configured
     */
    prepare: () => loadPersistentKeys(pool, keys, persistent),
    /** The same within a transaction, such as that of a restore. */
    prepareWithin: (connection: Queries) => loadPersistentKeys(connection, keys, persistent),
    reEncrypt,
    /** Tries to open every row; changes none. */
    check: sealed.check,
  };
}
