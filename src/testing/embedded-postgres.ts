/** For the tests of the bundled PostgreSQL: data folders that go away, and processes to kill. */
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

/** The bound of each test here. */
export const bounded = { timeout: 60_000 };
/** Without the disk's latency the tests are twice as fast. */
export const quick = { fsync: 'off' };

/** A data folder that does not exist yet, stopped and removed after the test. `inner` is put under it. */
export function dataFolder(t: TestContext, inner = 'data'): string {
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

/** The first column of the first row that `text` answers. */
export async function ask(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  // The query itself fails too; without a listener the process would.
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
  /** What it said: `{ url, attached }` once open, or `{ error }`. */
  readonly said: Promise<{ readonly url?: string; readonly attached?: boolean; readonly error?: string }>;
  /** Ends its input, upon which it closes and exits; answers when it has. */
  close(): Promise<void>;
  kill(): Promise<void>;
}

const OPENER = `
  import { openEmbeddedPostgres } from ${JSON.stringify(new URL('open.ts', import.meta.url).href)};
  const say = (what) => process.stdout.write(JSON.stringify(what) + '\\n');
  // As a real one does: drain while the database still answers, then stop it.
  process.on('SIGINT', () => {});
  try {
    const opened = await openEmbeddedPostgres(JSON.parse(process.env.OPTIONS));
    say({ url: opened.url, attached: opened.attached });
    process.stdin.resume().on('end', () => opened.close());
  } catch (error) {
    say({ error: error.message });
  }`;

/** A process of its own (and its own process group) that opens and stays. `wrap` and `env` change how it is run. */
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

/** The state of a process as its letter in `/proc`; null when it is gone. */
export function stateOf(pid: number): string | null {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
