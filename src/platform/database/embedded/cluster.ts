import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import type { Binaries } from './binaries.ts';
import { boundPrefix, giveTo, type ServerIdentity } from './identity.ts';
import type { Layout } from './layout.ts';

/** What is needed to run PostgreSQL's programs. */
export interface Programs {
  readonly binaries: Binaries;
  readonly identity: ServerIdentity;
}

// No line for TCP; other users have no access to the folder of the socket.
const ACCESS = 'local all,replication all trust\n';
const UNFINISHED = 'cluster.unfinished-';
/** The folder in which a restore makes a cluster. Without a cluster beside it, one was interrupted. */
export const DRAFT = 'restoring';

/**
 * Creates the data directory when there is none. It is created under a temporary name and renamed, so that the rest of
 * a killed attempt is never used. `isDurable` false skips syncing it. @throws on data of another major version.
 */
export async function ensureCluster(layout: Layout, programs: Programs, isDurable: boolean): Promise<void> {
  const found = versionOf(layout.cluster);
  if (found === programs.binaries.major) return;
  if (found !== null) {
    const data = found ? `data of PostgreSQL ${found}` : 'files that are not PostgreSQL data';
    const advice = 'Move it away or set DATABASE_URL.';
    throw new Error(`${layout.cluster} holds ${data}; the bundled version is ${programs.binaries.major}. ${advice}`);
  }
  if (existsSync(join(layout.root, DRAFT)))
    throw new Error(
      `A restore into ${layout.root} was interrupted. Run the same \`bonyan restore\` again, or remove ${join(layout.root, DRAFT)} to begin with an empty database.`,
    );
  for (const name of readdirSync(layout.root)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(layout.root, name), { recursive: true, maxRetries: 3 });
  }
  const draft = mkdtempSync(join(layout.root, UNFINISHED));
  giveTo(programs.identity, draft);
  await initialize(draft, programs, isDurable);
  writeFileSync(join(draft, 'pg_hba.conf'), ACCESS, { flush: isDurable });
  renameSync(draft, layout.cluster);
  if (isDurable) syncFolder(layout.root);
}

/** Creates the database `bonyan` unless it is there. */
export async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  // If the server ends meanwhile, the query rejects.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query("select from pg_database where datname = 'bonyan'");
    if (rowCount === 0) await client.query('create database bonyan');
  } finally {
    await client.end();
  }
}

/** The options to spawn PostgreSQL's programs: their user, no `PG*` variables, the path of their libraries. */
export function spawnOptions({ binaries, identity }: Programs) {
  const { libraryPath } = binaries;
  const libraries = libraryPath ? { LD_LIBRARY_PATH: libraryPath, DYLD_LIBRARY_PATH: libraryPath } : {};
  const user = identity.prefix.length === 0 ? identity.user : null; // otherwise the prefix changes the user
  return { ...user, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', ...libraries } };
}

async function initialize(folder: string, programs: Programs, isDurable: boolean): Promise<void> {
  const { identity, binaries } = programs;
  const args = ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', ...(isDurable ? [] : ['--no-sync']));
  const [command = '', ...rest] = [...identity.prefix, ...boundPrefix(), binaries.initdb, ...args];
  const child = spawn(command, rest, {
    ...spawnOptions(programs),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once('error', (error) => resolve(error.message));
  child.once('close', (code, signal) => resolve(code === 0 ? '' : `${complaint.trim()} (exit ${code ?? signal})`));
  const failure = await promise;
  if (!failure) return;
  rmSync(folder, { recursive: true, force: true });
  throw new Error(`PostgreSQL could not create a data directory in ${basename(folder)}: ${failure}`);
}

export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Whether there is a data directory, of any version. */
export function hasCluster({ cluster }: Layout): boolean {
  return versionOf(cluster) !== null;
}

/** The major version of a data directory; null without one, empty for a folder with other content. */
function versionOf(cluster: string): string | null {
  try {
    return readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return readEntries(cluster) === 0 ? null : '';
  }
}

function readEntries(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}
