import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { ensureCluster, spawnOptions, type Programs } from './cluster.ts';
import { loadBinaries } from './binaries.ts';
import { boundPrefix, chooseIdentity, giveTo } from './identity.ts';
import { openSocketFolder, type Layout } from './layout.ts';
import { BOUND_SETTING, disownStalePid, findPostmaster } from './postmaster.ts';
import { until } from './wait.ts';

export interface StartOptions {
  readonly layout: Layout;
  readonly packageDir: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Stop the server when this process dies, where the system can do that. */
  readonly isBound: boolean;
}

const MAX_LOG_BYTES = 10 * 1024 * 1024;
// Recovery after a crash replays up to max_wal_size of changes and may take minutes on a slow disk.
const RECOVERY_MS = 600_000;
// Backends of a killed server notice within moments, and until then keep the next one from starting.
const LEFTOVERS_MS = 10_000;
const LEFTOVERS = /pre-existing shared memory block|is still in use|lock file .* already exists/;

const SETTINGS = {
  port: '5432',
  listen_addresses: '',
  unix_socket_permissions: '0700',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '200',
  shared_buffers: '128MB',
  jit: 'off',
  logging_collector: 'off',
  // The log is only cut at a start.
  log_checkpoints: 'off',
  // Without DETAIL, which quotes the values of rows: erasing a person cannot reach a log.
  log_error_verbosity: 'terse',
};

/**
 * Starts the server, creating its data directory first if necessary, and returns its pid when it is ready. The caller
 * holds the start lock and has checked that no server runs. @throws with the end of the log when it does not start.
 */
export async function startServer(options: StartOptions): Promise<number> {
  const { layout, settings } = options;
  const binaries = loadBinaries(options.packageDir, layout.libraryFolder);
  const programs = { binaries, identity: chooseIdentity(layout) };
  giveTo(programs.identity, layout.root);
  await ensureCluster(layout, programs, settings.fsync !== 'off');
  openSocketFolder(layout, [process.getuid?.() ?? 0, programs.identity.user?.uid ?? 0]);
  giveTo(programs.identity, layout.socketFolder);
  const started = await until(
    async () => {
      disownStalePid(layout);
      const attempt = await spawnServer(options, programs);
      if ('pid' in attempt) return attempt;
      return LEFTOVERS.test(attempt.failure) ? undefined : attempt;
    },
    LEFTOVERS_MS,
    50,
  );
  if (started && 'pid' in started) return started.pid;
  const failure = started?.failure ?? 'processes of the previous server are still running';
  throw new Error(`PostgreSQL did not start in ${layout.root}: ${failure}`);
}

/** One attempt; a failure is described by the end of the log. */
async function spawnServer(options: StartOptions, programs: Programs): Promise<{ pid: number } | { failure: string }> {
  const { layout } = options;
  const log = openLog(layout.logFile);
  const logStart = fstatSync(log).size;
  const [command = '', ...args] = commandLine(options, programs);
  // A separate session: Ctrl-C reaches this process only, which drains before it stops the database.
  const child = spawn(command, args, { ...spawnOptions(programs), stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  child.unref();
  let failure: string | null = null;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure ??= `exit ${code ?? signal}`));
  const isReady = await until(() => {
    if (failure) return false;
    const found = findPostmaster(layout);
    return found?.pid === child.pid && found?.status === 'ready' ? true : undefined;
  }, RECOVERY_MS);
  if (isReady && child.pid) return { pid: child.pid };
  const said = readFileSync(layout.logFile).subarray(logStart).toString().trim().split('\n').slice(-6).join('\n');
  return { failure: `${failure ?? 'it is still not ready'}\n${said}` };
}

function commandLine({ layout, settings, isBound }: StartOptions, { identity, binaries }: Programs): string[] {
  const binding = isBound ? boundPrefix() : [];
  const all = { ...SETTINGS, unix_socket_directories: quote(layout.socketFolder), ...settings };
  const pairs = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  if (binding.length > 0) pairs.push(BOUND_SETTING);
  // The binding comes last: the kernel removes it when a process changes its user.
  const command = [...identity.prefix, ...binding, binaries.postgres, '-D', layout.cluster];
  return [...command, ...pairs.flatMap((pair) => ['-c', pair])];
}

/** The setting is a list: a comma or a space in the folder's name would end the name. */
function quote(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

function openLog(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found && found.size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}
