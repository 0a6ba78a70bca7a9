import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadConfig } from '#platform/config/load.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { createLog } from '#platform/log/pino.ts';
import { inspectBackup } from '#platform/backup/restore.ts';
import { createApp } from '../src/app.ts';
import type { Report } from './report.ts';
import { temporaryFolder } from './servers.ts';

const ROWS = Number(process.env['BONYAN_BENCH_ROWS'] ?? 100_000);
const OBJECTS = Number(process.env['BONYAN_BENCH_OBJECTS'] ?? 1000);
const OBJECT_BYTES = 100_000;
/** Backup, verification and restore together. */
const AT_MOST_SECONDS = 60;

/** A drill: backup, verification and restore of an embedded installation; and the rate beside `cp` of its data folder. */
export async function backups(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const from = await openInstallation(cleanup, join(folder.path, 'from'));
  await from.app.prepare();
  await from.app.database.pool.query(
    `insert into todos.todo (id, owner_id, description, labels, created_at, updated_at)
     select gen_random_uuid(), gen_random_uuid(), 'todo number ' || n, '{}', now(), now() from generate_series(1, ${ROWS}) n`,
  );
  for (let at = 0; at < OBJECTS; at++)
    await from.app.storage.put(
      `files/${at}`,
      Readable.from([randomBytes(OBJECT_BYTES / 2), Buffer.alloc(OBJECT_BYTES / 2, at)]),
      { maxBytes: OBJECT_BYTES },
    );
  const file = join(folder.path, 'drill.backup');
  const made = await timed(() => from.app.backups.make({ file, encryptTo: null, secret: null }));
  const verified = await timed(() => from.app.backups.verify({ file, key: null }));
  const to = await openInstallation(cleanup, join(folder.path, 'to'));
  const restored = await timed(async () =>
    to.app.backups.restore({ file, key: null, manifest: (await inspectBackup(file, null)).manifest }),
  );
  const copied = await timed(async () => {
    execFileSync('cp', ['-r', from.dataDir, join(folder.path, 'copy')]);
    execFileSync('sync', ['-f', folder.path]);
  });
  if (verified.result.differences.length > 0) throw new Error(verified.result.differences.join('; '));
  const bytes = Number(execFileSync('du', ['-sb', from.dataDir]).toString().split('\t')[0]);
  const rate = (seconds: number) => bytes / 1024 ** 2 / seconds;
  return {
    rows: [
      {
        measure: `backup of ${ROWS} rows and ${OBJECTS} objects`,
        bonyan: made.seconds,
        reference: copied.seconds,
        unit: 's',
      },
      {
        measure: 'the same, of the data folder (reference: cp)',
        bonyan: rate(made.seconds),
        reference: rate(copied.seconds),
        unit: 'MiB/s',
      },
      { measure: 'verification', bonyan: verified.seconds, unit: 's' },
      { measure: 'restore', bonyan: restored.seconds, unit: 's' },
      { measure: 'size of the file', bonyan: made.result.bytes / 1024 ** 2, unit: 'MiB' },
    ],
    bounds: [
      {
        what: 'backup, verification and restore',
        actual: made.seconds + verified.seconds + restored.seconds,
        atMost: AT_MOST_SECONDS,
        unit: 's',
      },
    ],
  };
}

async function openInstallation(cleanup: AsyncDisposableStack, dataDir: string) {
  mkdirSync(dataDir);
  const database = await openEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const config = loadConfig({
    DATABASE_URL: database.url,
    BONYAN_SECRET: 'only-for-benchmarks-only-for-benchmarks',
    BONYAN_DATA_DIR: dataDir,
    BONYAN_LOG_LEVEL: 'error',
  });
  const app = await createApp({ config, kind: 'command', log: createLog('error') });
  cleanup.defer(() => app.close());
  return { app, dataDir };
}

async function timed<R>(work: () => Promise<R>): Promise<{ readonly seconds: number; readonly result: R }> {
  const begun = performance.now();
  const result = await work();
  return { seconds: (performance.now() - begun) / 1000, result };
}
