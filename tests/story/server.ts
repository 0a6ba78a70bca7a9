import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const END_MS = 15_000; // a bound server is told to stop by the kernel; a checkpoint may take seconds

export interface Started {
  readonly url: string;
  /** Of the line that the server prints while there is no administrator. */
  readonly setupToken: string | null;
}

export interface ServerProcess {
  /** What it announced. @throws with all it said when it ended before. */
  readonly started: Promise<Started>;
  /** All it has said so far. */
  output(): string;
  /** Ctrl-C; answers the exit code. */
  interrupt(): Promise<number | null>;
  /** Stops in the middle of whatever it does, knowing nothing of it, until `wake`. */
  freeze(): void;
  wake(): void;
  /** `kill -9`; answers when it is gone. Its PostgreSQL may still be stopping. */
  kill(): Promise<void>;
}

/** The program as a person starts it, on a free port and with nothing from this process's environment. A worker has no address. */
export function startServer(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
  command: 'serve' | 'worker' = 'serve',
): ServerProcess {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, command], {
    cwd: join(dataDir, '..'), // where no `.env` lies
    env: { PATH, PORT: '0', BONYAN_DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null); // as Node documents the event
  let said = '';
  const started = new Promise<Started>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /^Bonyan runs at (\S+)/m.exec(said)?.[1];
      if (command === 'worker' && /^Bonyan worker runs/m.test(said)) resolve({ url: '', setupToken: null });
      if (url && said.endsWith('\n\n')) resolve({ url, setupToken: /"token":"([\w-]+)"/.exec(said)?.[1] ?? null });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => reject(new Error(`the server ended before it ran:\n${said}`)));
  });
  started.catch(() => {}); // who kills it during the start does not ask

  return {
    started,
    output: () => said,
    async interrupt() {
      child.kill('SIGINT');
      return exited;
    },
    freeze: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A folder that does not exist yet, in one that `remove` takes away once nothing works in it any more. */
export function temporaryDataDir(): { dataDir: string; remove: () => Promise<void> } {
  const root = mkdtempSync(join(tmpdir(), 'bonyan-story-'));
  const dataDir = join(root, 'data');
  return {
    dataDir,
    async remove() {
      await untilNobodyServes(dataDir);
      for (const pid of postmastersOf(dataDir)) process.kill(pid, 'SIGQUIT');
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Process ids of the PostgreSQL servers on this data folder. Linux only; elsewhere none is ever found. */
export function postmastersOf(dataDir: string): number[] {
  const inside = dataDir + sep;
  const pids = processes().filter((pid) => {
    const words = commandLine(pid);
    return words.some((word, index) => word === '-D' && words[index + 1]?.startsWith(inside));
  });
  // A child has its parent's command line until it has given itself a title.
  return pids.filter((pid) => !pids.includes(parentOf(pid)));
}

/** Waits for the PostgreSQL of a server that has ended; false when it outlives its time. */
export async function untilNobodyServes(dataDir: string): Promise<boolean> {
  for (const deadline = Date.now() + END_MS; Date.now() < deadline; await sleep(50)) {
    if (postmastersOf(dataDir).length === 0) return true;
  }
  return false;
}

function processes(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Empty for a process that is gone, or a zombie. */
function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function parentOf(pid: number): number {
  try {
    return Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}
