import { once } from 'node:events';
import type { DestinationStream } from 'pino';
import { createApp, type App, type AppOptions } from '../app.ts';
import { loadConfig, nameHints, readDotEnv, type Config } from '#platform/config/load.ts';
import type { NodeKind } from '#platform/database/node.ts';
import { StartError } from '#platform/database/open.ts';
import { isDatabaseAway } from '#platform/database/pool.ts';
import { openLogOutput } from '#platform/log/output.ts';
import { createLog } from '#platform/log/pino.ts';
import { withoutRepeats } from '#platform/log/repeats.ts';
import { createLogRing } from '#platform/log/ring.ts';
import { untilDatabaseAnswers } from './await-database.ts';
import type { Log } from '#platform/log/port.ts';
import { checkNeeds } from '#platform/needs.ts';
import { loadOwnParts } from '#platform/own-modules/load.ts';
import type { OwnProvider } from '#modules/notifications/channels/port.ts';

export const GRACE_MS = 25_000; // orchestrators kill after 30 s
const ECHO_MS = 300; // nobody presses Ctrl-C twice in this time

/** Reads environment and `.env`; warns of names that are nearly those of settings. */
export function readConfig(): Config {
  const file = readDotEnv();
  const config = loadConfig(process.env, file);
  for (const hint of nameHints(process.env, file)) console.error(`Warning: ${hint}`);
  return config;
}

/** Opens the application for one command, and always closes it afterwards. `other`: instead of these settings. */
export async function withApp<R>(
  kind: NodeKind,
  use: (app: App, config: Config, log: Log) => Promise<R>,
  other: Partial<Config> = {},
): Promise<R> {
  const config = { ...readConfig(), ...other };
  const log = openLog(config);
  await requireNeeds(config, 'command');
  return useApp({ config, kind, log }, (app) => use(app, config, log));
}

/**
 * Opens the application for a process that runs until it is stopped: by SIGINT (Ctrl-C) or SIGTERM, also while it
 * starts. `use` starts it and waits for `stop`; it is not called when the stop came before. Resolves with the exit code.
 */
export async function withService(
  kind: 'serve' | 'worker',
  use: (app: App, config: Config, stop: AbortSignal) => Promise<void>,
): Promise<number> {
  const stop = listenForStop();
  const config = readConfig();
  const lines = createLogRing();
  const log = openLog(config, (output) => lines.tee(output));
  await requireNeeds(config, kind);
  await untilDatabaseAnswers(config, kind, log, stop);
  if (!stop.aborted)
    await useApp({ config, kind, log, lines }, async (app) => {
      if (!stop.aborted) await use(app, config, stop);
    });
  return 0;
}

/** The pool tells of a database that does not answer: the loops that fail meanwhile add nothing. */
function openLog({ logLevel, logFormat }: Config, tee = (output: DestinationStream) => output): Log {
  return withoutRepeats(createLog(logLevel, tee(openLogOutput(logFormat))), isDatabaseAway);
}

/** @throws {StartError} with every fault that `doctor --before-start` would show */
async function requireNeeds(config: Config, kind: NodeKind): Promise<void> {
  const faults = (await checkNeeds(config, kind)).flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) throw new StartError(faults.join('\n'));
}

/** An application with other settings than those of the process. */
export async function useApp<R>(needs: AppOptions, use: (app: App) => Promise<R>) {
  const { modules, providers } = await loadOwnParts<OwnProvider>(needs.config.ownConfig);
  const environment = { ...readDotEnv(), ...process.env };
  const app = await createApp({ ...needs, ownModules: modules, ownProviders: providers, environment });
  try {
    return await use(app);
  } finally {
    await app.close();
  }
}

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
function listenForStop(): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | null = null;
  const stop = () => {
    firstAt ??= performance.now();
    // A terminal sends Ctrl-C to npm and to this process, and npm sends it on.
    if (performance.now() - firstAt > ECHO_MS) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Resolves when `signal` is aborted. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
