import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
/** What is started, before the command. */
export type Program = readonly [file: string, ...words: string[]];
const PROGRAM: Program = [process.execPath, MAIN];
/** Opens the captured mailbox of the servers that `startServer` starts. */
export const MAILBOX_KEY = 'the-key-of-the-story';
const END_MS = 15_000; // when its parent dies, the kernel tells PostgreSQL to stop; a checkpoint may take seconds

export interface Started {
  readonly url: string;
  /** The token that the server prints while there is no administrator. */
  readonly setupToken: string | null;
}

export interface ServerProcess {
  /** What the server printed at its start. @throws with the whole output if it ended before. */
  readonly started: Promise<Started>;
  /** The whole output so far. */
  output(): string;
  /** Ctrl-C; resolves with the exit code, null for npx, which ends by the signal itself. */
  interrupt(): Promise<number | null>;
  /** SIGSTOP: the process does nothing and notices nothing until `wake`. */
  freeze(): void;
  wake(): void;
  /** `kill -9`; resolves when the process has ended. Its PostgreSQL may still be stopping. */
  kill(): Promise<void>;
}

/** Starts the program on a free port, without the environment of this process. A worker has no address. */
export function startServer(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
  command: 'serve' | 'worker' = 'serve',
  program: Program = PROGRAM,
): ServerProcess {
  const [file, ...words] = program;
  // As a terminal does: npx passes a signal on to its shell only.
  const isGroup = file === 'npx';
  const { PATH = '' } = process.env;
  const child = spawn(file, [...words, command], {
    cwd: join(dataDir, '..'), // a folder without `.env`
    env: { PATH, PORT: '0', BONYAN_DATA_DIR: dataDir, BONYAN_MAILBOX_KEY: MAILBOX_KEY, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isGroup,
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null); // as Node documents the event
  let said = '';
  const started = new Promise<Started>((resolve, reject) => {
    const onOutput = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /^Bonyan runs at (\S+)/m.exec(said)?.[1];
      if (command === 'worker' && /^Bonyan worker runs/m.test(said)) resolve({ url: '', setupToken: null });
      if (url && said.endsWith('\n\n')) resolve({ url, setupToken: /#token=([\w-]+)/.exec(said)?.[1] ?? null });
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    child.once('close', () => reject(new Error(`the server ended before it ran:\n${said}`)));
  });
  started.catch(() => {}); // a test that kills it during the start does not use this promise

  return {
    started,
    output: () => said,
    async interrupt() {
      send('SIGINT');
      return exited;
    },
    freeze: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    async kill() {
      send('SIGKILL');
      await exited;
    },
  };

  function send(signal: NodeJS.Signals): void {
    if (!isGroup || child.pid === undefined) return void child.kill(signal);
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The whole group has ended.
    }
  }
}

/** A folder that does not exist yet. `remove` waits until no PostgreSQL uses it, and removes it. */
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

/** Process ids of the PostgreSQL servers on this data folder. Only on Linux; elsewhere the list is empty. */
export function postmastersOf(dataDir: string): number[] {
  const inside = dataDir + sep;
  const pids = processes().filter((pid) => {
    const words = commandLine(pid);
    return words.some((word, index) => word === '-D' && words[index + 1]?.startsWith(inside));
  });
  // A child has the command line of its parent until it sets its own title.
  return pids.filter((pid) => !pids.includes(parentOf(pid)));
}

/** Waits for the PostgreSQL of a server that has ended; false if it does not end within 15 s. */
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

/** Empty for a process that has ended, or a zombie. */
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
