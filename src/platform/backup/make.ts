import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import type { Pool } from '#platform/database/pool.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { ArchiveWriter } from './archive.ts';
import { copyOut } from './copy.ts';
import { writeArchiveFile } from './file.ts';
import { beginRemovalPause } from './pause.ts';
import { BackupError, type Manifest, type TablePart } from './port.ts';
import {
  digestOf,
  listApplied,
  listLeftOut,
  listPartitions,
  listSequences,
  listTables,
  requireMigrated,
  SESSION,
} from './schema.ts';

export interface BackupSource {
  /** Of the program. */
  readonly version: string;
  /** Not through a transaction pooler. */
  readonly directUrl: string;
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
}

export type BackupSummary = Omit<Manifest, 'parts'> & { readonly bytes: number };

/**
 * Copies the database in one snapshot, then all objects, into a new file.
 * @throws {BackupError} when the file exists, or the database was not migrated
 */
export async function makeBackup(source: BackupSource, request: BackupRequest): Promise<BackupSummary> {
  const { file, encryptTo, secret } = request;
  await requireMigrated(source.pool);
  const pause = await beginRemovalPause(source.pool);
  let summary: Omit<Manifest, 'parts'> | undefined;
  try {
    await writeArchiveFile(file, encryptTo, async (archive) => {
      if (secret !== null) await archive.part('secret', Readable.from([Buffer.from(secret)]));
      const database = await copyDatabase(source, archive);
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

async function copyDatabase({ directUrl, schemas, migrationSources }: BackupSource, archive: ArchiveWriter) {
  const client = new pg.Client({ connectionString: directUrl });
  client.on('error', () => {}); // the statement that is under way rejects with it
  await client.connect();
  try {
    await client.query(SESSION);
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ at: Date }>('select now() as at'); // takes the snapshot
    const madeAt = rows[0]?.at.toISOString() ?? '';
    const tables: TablePart[] = [];
    for (const table of await listTables(client, schemas)) {
      const digest = await digestOf(client, table);
      const copy = `copy (select ${table.columns.join(', ')} from ${table.table}) to stdout`;
      await archive.part(`table:${table.table}`, copyOut(client, copy));
      tables.push({ ...table, ...digest });
    }
    return {
      madeAt,
      tables,
      migrations: await listApplied(client, migrationSources),
      partitions: await listPartitions(client, schemas),
      // Later than the rows: no row has a number that its sequence gives again.
      sequences: await listSequences(client, schemas),
      leftOut: await listLeftOut(client, schemas),
    };
  } finally {
    await client.end();
  }
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
