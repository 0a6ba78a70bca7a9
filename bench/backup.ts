import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { loadConfig } from '#platform/config/load.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { createLog } from '#platform/log/pino.ts';
import { moveInstallation, toSource } from '#platform/move/move.ts';
import { createApp } from '../src/app.ts';
import { median } from './compare.ts';
import type { Report } from './report.ts';
import { temporaryFolder } from './servers.ts';

const ROWS = Number(process.env['BONYAN_BENCH_ROWS'] ?? 100_000);
const OBJECTS = Number(process.env['BONYAN_BENCH_OBJECTS'] ?? 1000);
const OBJECT_BYTES = 100_000;
const ROUNDS = 5;
/** Backup, verification and restore together. */
const AT_MOST_SECONDS = 60;
/** Of the speed of `cp`. */
const AT_LEAST_SHARE = 0.5;
const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

const PLAIN = { encryptTo: null, secret: null };

/**
 * A drill: backup, verification and restore of an embedded installation. Copies of its files, by turns: a backup, and
 * `cp -a` of the same data folder, each until it is on the disk. At last a move of its rows to another server: how long the
 * installation is read-only.
 */
export async function backups(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const dataDir = join(folder.path, 'from');
  const environment = {
    BONYAN_SECRET: 'only-for-benchmarks-only-for-benchmarks',
    BONYAN_LOG_LEVEL: 'error',
  };
  const app = await createApp({
    config: loadConfig({ ...environment, BONYAN_DATA_DIR: dataDir }),
    kind: 'command',
    log: createLog('error'),
  });
  cleanup.defer(() => app.close());
  await fill(app);

  const file = join(folder.path, 'drill.backup');
  const made = await timed(() => app.backups.make({ file, ...PLAIN }));
  const verified = await timed(() => app.backups.verify({ file, key: null }));
  if (verified.result.differences.length > 0) throw new Error(verified.result.differences.join('; '));
  const restored = await timed(() =>
    promisify(execFile)(process.execPath, [MAIN, 'restore', file], {
      env: { PATH: process.env['PATH'], ...environment, BONYAN_DATA_DIR: join(folder.path, 'to') },
    }),
  );

  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const [backup, copy] = [join(folder.path, `${round}.backup`), join(folder.path, `${round}.copy`)];
    ours.push((await timed(() => app.backups.make({ file: backup, ...PLAIN }))).seconds);
    theirs.push((await timed(async () => copyFolder(dataDir, copy))).seconds);
    for (const path of [backup, copy]) rmSync(path, { recursive: true });
  }
  const moved = await moveRows(app, join(folder.path, 'elsewhere'));
  const ratio = median(theirs.map((seconds, round) => seconds / (ours[round] ?? NaN)));
  const inDataDir = Number(execFileSync('du', ['-sb', dataDir]).toString().split('\t')[0]);
  return {
    rows: [
      {
        measure: `backup of ${ROWS} rows and ${OBJECTS} objects (reference: cp -a)`,
        bonyan: median(ours),
        reference: median(theirs),
        unit: 's',
      },
      { measure: 'verification', bonyan: verified.seconds, unit: 's' },
      { measure: 'restore', bonyan: restored.seconds, unit: 's' },
      { measure: `move of ${ROWS} rows: read-only`, bonyan: moved.seconds, unit: 's' },
      { measure: 'data folder', bonyan: inDataDir / 1024 ** 2, unit: 'MiB' },
      { measure: 'size of the file', bonyan: made.result.bytes / 1024 ** 2, unit: 'MiB' },
    ],
    bounds: [
      {
        what: 'backup, verification and restore',
        actual: made.seconds + verified.seconds + restored.seconds,
        atMost: AT_MOST_SECONDS,
        unit: 's',
      },
      { what: 'speed of a backup to that of cp -a', actual: ratio, atLeast: AT_LEAST_SHARE, unit: '×' },
    ],
  };
}

async function fill(app: Awaited<ReturnType<typeof createApp>>): Promise<void> {
  await app.prepare();
  await app.database.pool.query(
    `insert into todos.todo (id, owner_id, description, labels, created_at, updated_at)
     select gen_random_uuid(), gen_random_uuid(), 'todo number ' || n, '{}', now(), now() from generate_series(1, ${ROWS}) n`,
  );
  for (let at = 0; at < OBJECTS; at++)
    await app.storage.put(
      `files/${at}`,
      Readable.from([randomBytes(OBJECT_BYTES / 2), Buffer.alloc(OBJECT_BYTES / 2, at)]),
      { maxBytes: OBJECT_BYTES },
    );
}

/** From the sentence that it is read-only to the end. Objects are copied before. */
async function moveRows(app: Awaited<ReturnType<typeof createApp>>, dataDir: string) {
  const target = await openEmbeddedPostgres({ dataDir, mode: 'own' });
  try {
    let readOnlyMs = NaN;
    const say = (what: string) => {
      if (what.includes('is read-only now')) readOnlyMs = performance.now();
    };
    await moveInstallation(
      toSource(app),
      { url: target.url, shown: 'elsewhere', storage: null },
      { verifies: false, say },
    );
    return { seconds: (performance.now() - readOnlyMs) / 1000 };
  } finally {
    await target.close();
  }
}

/** Until it is on the disk, as a backup is. `cp` is another process: that it opens the locks releases none. */
function copyFolder(from: string, to: string): void {
  spawnSync('cp', ['-a', from, to], { stdio: 'ignore' }); // it complains of files that PostgreSQL removes meanwhile
  execFileSync('sync', ['-f', to]);
}

async function timed<R>(work: () => Promise<R>): Promise<{ readonly seconds: number; readonly result: R }> {
  const begun = performance.now();
  const result = await work();
  return { seconds: (performance.now() - begun) / 1000, result };
}
