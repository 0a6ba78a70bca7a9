/** A primary and streaming replicas of it, of the bundled PostgreSQL. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { layOut } from '#platform/database/embedded/layout.ts';
import { openEmbeddedPostgres, type EmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { ask, dataFolder, quick, serverPid } from './embedded-postgres.ts';

// A replica that lost its primary asks for it again after this time. By default five seconds.
const QUICK_RETRY = { wal_retrieve_retry_interval: '100ms' };
const OF_ITS_SERVER = /^(postmaster\.(pid|opts)|pg_(wal|replslot|dynshmem|notify|stat_tmp|subtrans)\/[^/]+)$/;

/** What a test has, or a benchmark. */
type Ending = Pick<TestContext, 'after'>;

export interface TestServer extends EmbeddedPostgres {
  readonly dataDir: string;
  /** The first column of the first row. */
  ask(sql: string): Promise<unknown>;
  /** `kill -9`: nothing of it is written any more. */
  kill(): Promise<void>;
}

/**
 * The context of a test whose hooks run in reverse: what was opened last is closed first. Node runs them in the order in
 * which they were added, and a database would end before the app that uses it.
 */
export function lastFirst(t: TestContext): TestContext {
  const hooks: (() => unknown)[] = [];
  t.after(async () => {
    for (const hook of hooks.toReversed()) await hook();
  });
  return Object.assign(Object.create(t), { after: (hook: () => unknown) => void hooks.push(hook) }) as TestContext;
}

export async function openPrimary(t: Ending, settings: Readonly<Record<string, string>> = {}) {
  return serve(t, dataFolder(t), settings);
}

/** A copy of the primary that follows it. `host` and `port`: where it finds the primary; default: its socket. */
export async function openReplica(
  t: Ending,
  primary: Pick<TestServer, 'dataDir' | 'url'>,
  { host, port = 5432 }: { host?: string; port?: number } = {},
): Promise<TestServer> {
  const dataDir = dataFolder(t);
  const from = layOut(primary.dataDir);
  await copyCluster(primary, from.cluster, layOut(dataDir).cluster);
  const conninfo = `host=${host ?? from.socketFolder} port=${port} user=postgres application_name=replica connect_timeout=2`;
  appendFileSync(join(dataDir, 'cluster', 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
  return serve(t, dataDir, { ...QUICK_RETRY, synchronous_standby_names: '' });
}

async function serve(t: Ending, dataDir: string, settings: Readonly<Record<string, string>>): Promise<TestServer> {
  const server = await openEmbeddedPostgres({ dataDir, mode: 'own', settings: { ...quick, ...settings } });
  t.after(() => server.close());
  return {
    ...server,
    dataDir,
    ask: (sql) => ask(server.url, sql),
    async kill() {
      const pid = serverPid(dataDir);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      while (serverPid(dataDir) !== undefined) await new Promise(setImmediate);
    },
  };
}

/** As `pg_basebackup` does, which is not in the package. */
async function copyCluster({ url }: Pick<TestServer, 'url'>, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`select pg_backup_start('replica', fast => true)`);
    execFileSync('cp', ['-a', from, to]);
    const { rows } = await client.query('select labelfile from pg_backup_stop(wait_for_archive => false)');
    for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' }))
      if (OF_ITS_SERVER.test(name)) rmSync(join(to, name), { recursive: true });
    writeFileSync(join(to, 'backup_label'), rows[0].labelfile);
    writeFileSync(join(to, 'standby.signal'), '');
    const { uid, gid } = statSync(join(from, 'PG_VERSION'));
    for (const name of ['backup_label', 'standby.signal']) chownSync(join(to, name), uid, gid);
  } finally {
    await client.end();
  }
}

/** Waits until `isSo`; fails after half a minute. */
export async function eventually(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
