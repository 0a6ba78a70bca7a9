import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from '#platform/database/pool.ts';
import type { Component } from '#platform/health/port.ts';
import { single, type GaugeDef } from '#platform/telemetry/port.ts';
import type { Job } from '#platform/work/port.ts';
import type { Backups } from './backups.ts';
import { removePartials } from './file.ts';
import { BackupError } from './port.ts';
import { newestFirst, toKeep } from './rotation.ts';

const DAY_SECONDS = 86_400;
const NAME = /^bonyan-(\d{4}-\d{2}-\d{2}T\d{2})(\d{2})(\d{2})Z\.backup$/;
const VERIFY_SECONDS = 7 * DAY_SECONDS;
/** The weekly verification and a day of grace. */
const STALE_SECONDS = 8 * DAY_SECONDS;

export interface BackupJobsNeeds {
  readonly backups: Pick<Backups, 'make' | 'verify'>;
  readonly pool: Pool;
  /** Null: the program makes no backups by itself. */
  readonly folder: string | null;
  readonly now: () => Date;
}

/** Daily backups into a folder, their rotation, the weekly verification of the newest one, and how old that is. */
export function createBackupJobs({ backups, pool, folder, now }: BackupJobsNeeds) {
  if (folder === null) return { jobs: [], health: [], gauges: [] };
  const nothing = { write: async () => {} };

  async function listBackups() {
    const names = await readdir(folder ?? '');
    return names.flatMap((name) => {
      const [, hour, minute, second] = NAME.exec(name) ?? [];
      const madeAt = new Date(`${hour}:${minute}:${second}Z`);
      return Number.isNaN(madeAt.getTime()) ? [] : [{ name, madeAt }];
    });
  }

  async function makeAndRotate(): Promise<void> {
    await mkdir(folder ?? '', { recursive: true, mode: 0o700 });
    await removePartials(folder ?? '', (name) => NAME.test(name));
    const at = now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(/:/g, '');
    await backups.make({ file: join(folder ?? '', `bonyan-${at}.backup`), encryptTo: null, secret: null });
    const all = await listBackups();
    const kept = toKeep(all, now());
    for (const { name } of all) {
      if (kept.has(name)) continue;
      await rm(join(folder ?? '', name), { force: true });
      await pool.query('delete from platform.backup where file = $1', [join(folder ?? '', name)]);
    }
  }

  async function verifyNewest(): Promise<void> {
    const [newest] = newestFirst(await listBackups(), now());
    if (!newest) throw new BackupError(`There is no backup in ${folder} (BONYAN_BACKUP_DIR) yet.`);
    const file = join(folder ?? '', newest.name);
    const { differences } = await backups.verify({ file, key: null });
    if (differences.length > 0) throw new BackupError(`${file} differs: ${differences.join('; ')}`);
  }

  /** Null while none was verified. */
  async function verifiedAgeSeconds(): Promise<number | null> {
    const { rows } = await pool.query<{ age: number | null }>(
      'select extract(epoch from now() - max(made_at))::float8 as age from platform.backup where verified_at is not null and made_at <= now()',
    );
    return rows[0]?.age ?? null;
  }

  /** So that a verification that never succeeds alerts too. */
  async function unverifiedAgeSeconds(): Promise<number | null> {
    const { rows } = await pool.query<{ age: number | null }>(
      'select extract(epoch from now() - min(made_at))::float8 as age from platform.backup',
    );
    return rows[0]?.age ?? null;
  }

  const jobs: Job[] = [
    {
      name: 'platform.backup',
      description: 'Makes a backup in BONYAN_BACKUP_DIR, and keeps 7 daily, 4 weekly and 12 monthly ones',
      everySeconds: DAY_SECONDS,
      run: async () => (await makeAndRotate(), nothing),
    },
    {
      name: 'platform.backup_verify',
      description: 'Restores the newest backup beside the installation, and compares everything',
      everySeconds: VERIFY_SECONDS,
      run: async () => (await verifyNewest(), nothing),
    },
  ];
  const health: Component[] = [
    {
      name: 'backup',
      isRequired: false,
      async probe() {
        const age = await verifiedAgeSeconds();
        if (age === null) throw new Error('no backup was verified yet: the job platform.backup_verify does it weekly');
        if (age > STALE_SECONDS)
          throw new Error(
            `the last backup that was verified is ${Math.floor(age / DAY_SECONDS)} days old: see the jobs platform.backup and platform.backup_verify`,
          );
      },
    },
  ];
  const gauges: GaugeDef[] = [
    {
      name: 'bonyan_backup_verified_age_seconds',
      help: 'Age of the newest backup that was restored and compared; while none was, of the oldest backup',
      labels: [],
      atMost: STALE_SECONDS,
      read: async () => single((await verifiedAgeSeconds()) ?? (await unverifiedAgeSeconds())),
    },
  ];
  return { jobs, health, gauges };
}
