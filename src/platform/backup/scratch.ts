import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { startCopy } from './cluster/start.ts';
import { isRunning } from './file.ts';
import type { InspectedArchive } from './restore.ts';

const PREFIX = 'bonyan_scratch_';
const FOLDER = '.scratch-';
const DENIED = '42501';

export interface Scratch {
  /** Of an empty database. */
  readonly url: string;
  /** A folder for its objects. */
  readonly folder: string;
  /** Drops both. */
  close(): Promise<void>;
}

/**
 * An empty database on the server of `directUrl`, and a folder below `dataDir`. A login that may not create databases gets a
 * bundled server of its own. Removes what a killed process has left.
 */
export function openScratch(directUrl: string, dataDir: string): Promise<Scratch> {
  return openBelow(dataDir, (folder) =>
    createDatabase(directUrl).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === DENIED) return startServer(folder);
      throw error;
    }),
  );
}

/** The same with the database of a backup that has its files. */
export function openScratchCopy(archive: InspectedArchive, dataDir: string): Promise<Scratch> {
  return openBelow(dataDir, async (folder) => {
    const inner = join(folder, 'postgres');
    await mkdir(inner);
    return startCopy(archive, inner, false);
  });
}

async function openBelow(
  dataDir: string,
  open: (folder: string) => Promise<{ readonly url: string; close(): Promise<void> }>,
): Promise<Scratch> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(dataDir))
    if (name.startsWith(FOLDER) && !isRunning(Number(name.slice(FOLDER.length).split('-')[0])))
      await rm(join(dataDir, name), { recursive: true, force: true });
  const folder = await mkdtemp(join(dataDir, `${FOLDER}${process.pid}-`));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const database = await open(folder);
    return {
      url: database.url,
      folder,
      async close() {
        await database.close();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function createDatabase(directUrl: string) {
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  await run(directUrl, async (client) => {
    const { rows } = await client
      .query<{ name: string }>(
        `select datname as name from pg_database d where datname like '${PREFIX}%' and pg_has_role(datdba, 'usage')
         and not exists (select from pg_stat_activity a where a.datid = d.oid)
         and coalesce((pg_stat_file('base/' || d.oid, true)).modification, '-infinity') < now() - interval '1 hour'`,
      )
      .catch(() => ({ rows: [] })); // a login that may not look at files leaves them to its operator
    for (const old of rows) await client.query(`drop database if exists ${old.name}`);
    await client.query(`create database ${name} template template0`);
  });
  return {
    url: urlOf(directUrl, name),
    close: () =>
      run(directUrl, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

async function startServer(folder: string) {
  const server = await openEmbeddedPostgres({ dataDir: join(folder, 'postgres'), mode: 'own' });
  return { url: server.url, close: () => server.close() };
}

/** The same server, another database; works for sockets (`?host=`) as for hosts. */
function urlOf(url: string, name: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

async function run(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
