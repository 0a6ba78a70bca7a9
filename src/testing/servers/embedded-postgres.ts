/** For the tests of the bundled PostgreSQL: temporary data folders, and processes to kill. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { layOut } from '#platform/database/embedded/layout.ts';
import { openEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { findPostmaster, stopPostmaster } from '#platform/database/embedded/postmaster.ts';

/** The time-out of each test. */
export const bounded = { timeout: 60_000 };
/** Without waiting for the disk the tests are twice as fast. */
export const quick = { fsync: 'off' };

/** A data folder that does not exist yet, stopped and removed after the test. `inner` is its name. */
export function dataFolder(t: Pick<TestContext, 'after'>, inner = 'data'): string {
  const root = mkdtempSync(join(tmpdir(), 'bonyan-pg-'));
  const folder = join(root, inner);
  t.after(async () => {
    const server = existsSync(folder) && findPostmaster(layOut(folder));
    if (server) await stopPostmaster(layOut(folder), server);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  });
  return folder;
}

/** Opens in this process, and closes after the test. */
export async function open(t: TestContext, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const opened = await openEmbeddedPostgres({ settings: quick, ...options });
  t.after(() => opened.close());
  return opened;
}

/** The first column of the first row of the query `text`. */
export async function ask(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  // The query rejects with the error, too; without a listener the process would end.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** The pid of the server of `dataDir`; undefined when none runs. */
export function serverPid(dataDir: string): number | undefined {
  return findPostmaster(layOut(dataDir))?.pid;
}

export interface Opener {
  readonly pid: number;
  /** What the process printed: `{ url, attached }` once open, or `{ error }`. */
  readonly said: Promise<{ readonly url?: string; readonly attached?: boolean; readonly error?: string }>;
  /** Ends its input, so that it closes and exits; resolves after the exit. */
  close(): Promise<void>;
  kill(): Promise<void>;
}

const OPENER = `
  import { openEmbeddedPostgres } from ${JSON.stringify(new URL('../../platform/database/embedded/open.ts', import.meta.url).href)};
  const say = (what) => process.stdout.write(JSON.stringify(what) + '\\n');
  // Like a real process: it first drains, while the database still answers, then stops the database.
  process.on('SIGINT', () => {});
  try {
    const opened = await openEmbeddedPostgres(JSON.parse(process.env.OPTIONS));
    say({ url: opened.url, attached: opened.attached });
    process.stdin.resume().on('end', () => opened.close());
  } catch (error) {
    say({ error: error.message });
  }`;

/**
 * Another process, in its own process group, that opens the database and keeps running. `wrap` and `env` change how it
 * runs.
 */
export function openElsewhere(
  t: TestContext,
  options: EmbeddedOptions,
  how: { wrap?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Opener {
  const [command, ...args] = [...(how.wrap ?? []), process.execPath, '--input-type=module', '-e', OPENER];
  const child = spawn(command, args, {
    env: { ...process.env, OPTIONS: JSON.stringify({ settings: quick, ...options }), ...how.env },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  t.after(kill);
  const said = once(createInterface({ input: child.stdout }), 'line').then(([line]) => JSON.parse(String(line)));
  const close = async () => {
    child.stdin.end();
    await exited;
  };
  return { pid: child.pid ?? 0, said, close, kill };
}

/** The state of a process as its letter in `/proc`; null when it has ended. */
export function stateOf(pid: number): string | null {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
