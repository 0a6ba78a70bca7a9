/** For the tests of backups of the embedded database: installations on data folders, and archives that were tampered with. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { completeCopy } from '#platform/backup/cluster/complete.ts';
import { startCopy } from '#platform/backup/cluster/start.ts';
import { readArchiveFile, writeArchiveFile } from '#platform/backup/file.ts';
import type { Manifest } from '#platform/backup/port.ts';
import { inspectBackup } from '#platform/backup/restore.ts';
import { fillCluster } from '#platform/database/embedded/fill.ts';
import { databaseFolder } from '#platform/database/open.ts';
import { createFilesystemStorage } from '#platform/storage/filesystem.ts';
import type { TestApp } from '../app.ts';
import { probeApp } from './probe.ts';

/** An app with the module `probe` whose database is the embedded one of `dataDir`, or that of `url`. */
export function embeddedApp(t: TestContext, folder: string, dataDir: string, url = ''): Promise<TestApp> {
  const environment = { DATABASE_URL: url, BONYAN_DATA_DIR: dataDir };
  return probeApp(t, folder, { databaseUrl: '', environment });
}

/** As the command does: the files become the embedded database of a new data folder. */
export async function restoreFilesInto(app: TestApp, file: string, dataDir: string) {
  const { manifest } = await inspectBackup(file, null);
  const archive = { file, key: null, manifest };
  return fillCluster(databaseFolder(dataDir), async (draft) => {
    const copy = await startCopy(archive, draft, true);
    try {
      return await completeCopy(
        {
          directUrl: copy.url,
          migrations: app.database.sources(app.migrations),
          schemas: app.database.schemas(app.migrations),
          storage: createFilesystemStorage(join(dataDir, 'objects')).port,
          openSecrets: app.secrets.prepareWithin,
        },
        archive,
      );
    } finally {
      await copy.close();
    }
  });
}

/** The same archive without the parts whose names match, whole in itself. */
export async function withoutParts(file: string, to: string, left: RegExp): Promise<void> {
  const parts: { readonly name: string; readonly content: Buffer[] }[] = [];
  const manifest = await readArchiveFile(file, null, async (name, content) => {
    const blocks = await Array.fromAsync(content);
    if (!left.test(name)) parts.push({ name, content: blocks });
  });
  await writeArchiveFile(to, null, async (archive) => {
    for (const { name, content } of parts) await archive.part(name, Readable.from(content));
    await archive.finish(manifest);
  });
}

/** The manifest of an archive without rows. */
export const EMPTY: Omit<Manifest, 'parts'> = {
  version: '0',
  madeAt: new Date(0).toISOString(),
  hasSecret: false,
  migrations: [],
  cluster: null,
  tables: [],
  partitions: [],
  sequences: [],
  leftOut: [],
  objects: 0,
  objectBytes: 0,
};

/** An archive of files with these names, whole in itself. */
export async function archiveOf(file: string, names: readonly string[]): Promise<void> {
  await writeArchiveFile(file, null, async (archive) => {
    for (const name of names) await archive.part(name, Readable.from([Buffer.from('content')]));
    await archive.finish({ ...EMPTY, cluster: { major: '18', bytes: 0 } });
  });
}
