import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { until } from './wait.ts';

/** A running server, started by this process or another. */
export interface Postmaster {
  readonly pid: number;
  readonly status: 'starting' | 'ready' | 'stopping';
  /** It stops when the process that started it dies. */
  readonly isBound: boolean;
}

/** An argument of servers that are bound to the process that started them; other processes can see it. */
export const BOUND_SETTING = 'bonyan.bound=on';

const FAST_SHUTDOWN_MS = 60_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
// Above every system's highest process id.
const NO_PID = 99_999_999;

/**
 * The server that runs on `cluster`; undefined when none does. A stale `postmaster.pid`, a process that got the pid
 * of a dead server, and a zombie do not count as a server.
 */
export function findPostmaster({ cluster }: Layout): Postmaster | undefined {
  const lines = readLines(join(cluster, 'postmaster.pid'));
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const command = commandOf(pid);
  if (!command.includes(`/postgres -D ${cluster} `)) return undefined;
  const word = lines[7]?.trim();
  const status = word === 'ready' || word === 'stopping' ? word : 'starting';
  return { pid, status, isBound: command.includes(BOUND_SETTING) };
}

/**
 * Stops the server by a fast shutdown, or if that takes too long by an immediate one (the next start then recovers).
 */
export async function stopPostmaster(layout: Layout, { pid }: Postmaster): Promise<void> {
  if (await signalAndWait(layout, pid, 'SIGINT', FAST_SHUTDOWN_MS)) return;
  if (await signalAndWait(layout, pid, 'SIGQUIT', IMMEDIATE_SHUTDOWN_MS)) return;
  throw new Error(`PostgreSQL (pid ${pid}) in ${layout.root} does not stop. Stop it manually; see ${layout.logFile}.`);
}

/**
 * Removes the pid of a dead server: PostgreSQL would mistake any process with that pid, even a zombie, for a running
 * server. Only the pid is changed, since PostgreSQL uses the rest of the file to find backends that are still running.
 */
export function disownStalePid({ cluster, socketFolder }: Layout): void {
  const file = join(cluster, 'postmaster.pid');
  const lines = readLines(file);
  if (lines.length > 0) writeFileSync(file, [NO_PID, ...lines.slice(1)].join('\n'));
  rmSync(join(socketFolder, '.s.PGSQL.5432.lock'), { force: true });
}

/** True when the server has ended, false when it has not within `timeoutMs`. */
async function signalAndWait(layout: Layout, pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
  return (await until(() => (findPostmaster(layout)?.pid === pid ? undefined : true), timeoutMs)) ?? false;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** The command line of a live process, with a space after each argument. Empty when there is none, or only a zombie. */
function commandOf(pid: number): string {
  if (process.platform === 'linux') return readLines(`/proc/${pid}/cmdline`).join('\n').replaceAll('\0', ' ');
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'stat=,args=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.startsWith('Z') ? '' : `${stdout.trim()} `;
}
