import { createApp, type App } from '../app.ts';
import { loadConfig, nameHints, readDotEnv, type Config } from '#platform/config/load.ts';
import type { NodeKind } from '#platform/database/node.ts';
import { openLogOutput } from '#platform/log/output.ts';
import { createLog } from '#platform/log/pino.ts';
import { untilDatabaseAnswers } from './await-database.ts';
import type { Log } from '#platform/log/port.ts';

export const GRACE_MS = 25_000; // orchestrators kill after 30 s

/** Reads environment and `.env`; warns of names that are nearly those of settings. */
function readConfig(): Config {
  const file = readDotEnv();
  const config = loadConfig(process.env, file);
  for (const hint of nameHints(process.env, file)) console.error(`Warning: ${hint}`);
  return config;
}

/** Opens the application for one command, and always closes it afterwards. */
export async function withApp<R>(kind: NodeKind, use: (app: App, config: Config, log: Log) => Promise<R>): Promise<R> {
  const config = readConfig();
  const log = createLog(config.logLevel, openLogOutput(config.logFormat));
  if (kind !== 'command') await untilDatabaseAnswers(config, kind, log);
  const app = await createApp({ config, kind, log });
  try {
    return await use(app, config, log);
  } finally {
    await app.close();
  }
}

/** Resolves at the first SIGINT (Ctrl-C) or SIGTERM; a second one ends the process at once. */
export function untilStopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    resolve();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return promise;
}
