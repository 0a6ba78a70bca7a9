import pg from 'pg';
import { migrate } from '#platform/database/migrate.ts';
import { countUndelivered } from '#platform/events/adoption.ts';
import { setReadOnly, WRITING } from '#platform/move/changes.ts';
import { readArchiveFile } from '../file.ts';
import type { TablePart } from '../port.ts';
import {
  createObjectRestore,
  requireKnown,
  type InspectedArchive,
  type RestoreSummary,
  type RestoreTarget,
} from '../restore.ts';
import { digestOf, LEFT_EMPTY, listTables } from '../schema.ts';
import { withSession } from '../snapshot.ts';

/**
 * Makes an installation of a copy that was started: reads every row, opens its secrets, forgets the processes of the old
 * server, stores the objects, and migrates. The event log needs no adoption: its ids are of this cluster.
 * @throws {BackupError} when the backup is of a newer version, or the secret is another
 */
export async function completeCopy(target: RestoreTarget, archive: InspectedArchive): Promise<RestoreSummary> {
  const { file, key, manifest } = archive;
  await requireKnown(target.migrations, manifest);
  return withSession(target.directUrl, async (client) => {
    const tables = await readTables(client, target.schemas);
    // A move may have begun when it was copied: the copy is another installation.
    await client.query(WRITING);
    await client.query('begin');
    await setReadOnly(client, 'off');
    for (const table of await presentOf(client, LEFT_EMPTY)) await client.query(`delete from ${table}`);
    await target.openSecrets(client);
    const undelivered = await countUndelivered(client);
    await client.query('commit');
    const objects = createObjectRestore(target.storage, manifest);
    await readArchiveFile(file, key, async (name, content) => {
      if (name.startsWith('object:')) await objects.put(name.slice('object:'.length), content);
    });
    await objects.end();
    await migrate(target.directUrl, target.migrations);
    return { manifest: { ...manifest, tables }, undelivered };
  });
}

/** Some are only made when they are needed. */
async function presentOf(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) name where to_regclass(name) is not null',
    [tables],
  );
  return rows.map(({ name }) => name);
}

/** The server compares the checksum of each page that it reads. */
async function readTables(client: pg.Client, schemas: readonly string[]): Promise<TablePart[]> {
  const tables: TablePart[] = [];
  for (const table of await listTables(client, schemas)) tables.push({ ...table, ...(await digestOf(client, table)) });
  return tables;
}
