import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { requireRestored } from '#platform/database/migrate.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { ArchiveWriter } from './archive.ts';
import { readBaseBackup } from './cluster/base-backup.ts';
import { copyOut } from './copy.ts';
import { writeArchiveFile } from './file.ts';
import { beginRemovalPause } from './pause.ts';
import { BackupError, type Manifest } from './port.ts';
import { listApplied, requireMigrated } from './schema.ts';
import { copyOf, describeRows, inSnapshot, type DescribedDatabase } from './snapshot.ts';

export interface BackupSource {
  /** Of the program. */
  readonly version: string;
  /** Not through a transaction pooler. */
  readonly directUrl: string;
  readonly isEmbedded: boolean;
  readonly pool: Pool;
  readonly storage: ObjectStorage;
  /** Names of the modules: they are also the prefixes of object keys. */
  readonly modules: readonly string[];
  readonly migrationSources: readonly string[];
  readonly schemas: readonly string[];
}

export interface BackupRequest {
  readonly file: string;
  /** A public key; null: not encrypted. */
  readonly encryptTo: KeyObject | null;
  /** The application secret, to be put into the backup; null: it is left out. */
  readonly secret: string | null;
  /** Of an embedded database too; default: that one is copied as files. */
  readonly asRows?: boolean;
}

export type BackupSummary = Omit<Manifest, 'parts'> & { readonly bytes: number };

/**
 * Copies the database as it is at one moment, then all objects, into a new file.
 * @throws {BackupError} when the file exists, or the database was not migrated
 */
export async function makeBackup(source: BackupSource, request: BackupRequest): Promise<BackupSummary> {
  const { file, encryptTo, secret, asRows } = request;
  await requireMigrated(source.pool);
  await requireRestored(source.pool);
  const isOfFiles = source.isEmbedded && asRows !== true && !(await hasTablespaces(source.pool));
  const pause = await beginRemovalPause(source.pool);
  let summary: Omit<Manifest, 'parts'> | undefined;
  try {
    await writeArchiveFile(file, encryptTo, async (archive) => {
      if (secret !== null) await archive.part('secret', Readable.from([Buffer.from(secret)]));
      const database = await (isOfFiles ? copyFiles : copyRows)(source, archive);
      const objects = await copyObjects(source, archive);
      if (!pause.isHeld())
        throw new BackupError(
          'The database did not answer while objects were copied, so that some of them may have been removed meanwhile. Make the backup again.',
        );
      summary = { version: source.version, hasSecret: secret !== null, ...database, ...objects };
      await archive.finish(summary);
    });
  } finally {
    await pause.end();
  }
  if (!summary) throw new Error('the archive was not filled');
  const { size: bytes } = await stat(file);
  await source.pool.query(
    `insert into platform.backup (file, made_at, bytes, is_encrypted) values ($1, $2, $3, $4)
     on conflict (file) do update set made_at = excluded.made_at, bytes = excluded.bytes, is_encrypted = excluded.is_encrypted,
       verified_at = null`,
    [file, summary.madeAt, bytes, encryptTo !== null],
  );
  return { ...summary, bytes };
}

/** As rows, in one snapshot: they fit any server. */
function copyRows({ directUrl, ...source }: BackupSource, archive: ArchiveWriter): Promise<DescribedDatabase> {
  return inSnapshot(directUrl, async (client, madeAt) => {
    const rows = await describeRows(client, source, (table) =>
      archive.part(`table:${table.table}`, copyOut(client, copyOf(table))),
    );
    return { madeAt, ...rows, cluster: null };
  });
}

/** As files, with the indexes: faster to make and to restore. */
async function copyFiles(source: BackupSource, archive: ArchiveWriter): Promise<DescribedDatabase> {
  const { pool, directUrl, migrationSources } = source;
  const migrations = await listApplied(pool, migrationSources);
  let bytes = 0;
  for await (const { kind, name, content } of readBaseBackup(directUrl))
    bytes += (await archive.part(`${kind}:${name}`, content)).bytes;
  const { rows } = await pool.query<{ at: string; major: string }>(
    `select now() as at, (current_setting('server_version_num')::int / 10000)::text as major`,
  );
  const { at = '', major = '' } = rows[0] ?? {};
  return {
    madeAt: new Date(at).toISOString(),
    migrations,
    cluster: { major, bytes },
    tables: [],
    partitions: [],
    sequences: [],
    leftOut: [],
  };
}

/** What lies outside of the data folder is not in a copy of its files. */
async function hasTablespaces(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query(`select 1 from pg_tablespace where spcname not in ('pg_default', 'pg_global')`);
  return rows.length > 0;
}

async function copyObjects({ storage, modules }: BackupSource, archive: ArchiveWriter) {
  let [objects, objectBytes] = [0, 0];
  for (const module of modules)
    for (let after: string | null = null, isLast = false; !isLast;) {
      const page = await storage.list(`${module}/`, { after });
      for (const { key } of page.objects) {
        const found = await storage.get(key);
        if (!found) continue; // removed because of a change before the snapshot, or an unfinished upload
        const { bytes } = await archive.part(`object:${key}`, found.content);
        objects++;
        objectBytes += bytes;
      }
      after = page.next;
      isLast = after === null;
    }
  return { objects, objectBytes };
}
