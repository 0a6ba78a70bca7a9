import { copyOut } from '../copy.ts';
import { readArchiveFile } from '../file.ts';
import { restoreRows, type InspectedArchive, type RestoreSummary, type RestoreTarget } from '../restore.ts';
import { openScratchCopy } from '../scratch.ts';
import { copyOf, describeRows, inSnapshot } from '../snapshot.ts';

/** Starts the files of a backup below `dataDir`, and copies the rows from there: for a target that they do not fit. */
export async function restoreRowsOfFiles(
  target: RestoreTarget,
  archive: InspectedArchive,
  dataDir: string,
): Promise<RestoreSummary> {
  const { file, key, manifest } = archive;
  const migrationSources = target.migrations.map(({ module }) => module);
  const scratch = await openScratchCopy(archive, dataDir);
  try {
    return await inSnapshot(scratch.url, async (client) => {
      const rows = await describeRows(client, { schemas: target.schemas, migrationSources });
      return restoreRows(target, { ...manifest, ...rows, migrations: manifest.migrations }, async (onPart) => {
        for (const table of rows.tables) await onPart(`table:${table.table}`, copyOut(client, copyOf(table)));
        await readArchiveFile(file, key, async (name, content) => {
          if (name.startsWith('object:')) await onPart(name, content);
        });
      });
    });
  } finally {
    await scratch.close();
  }
}
