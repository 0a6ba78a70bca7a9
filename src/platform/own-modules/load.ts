import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '#platform/config/load.ts';
import type { OwnModule } from './port.ts';

export const CONFIG_FILE = 'bonyan.config.ts';
const EXPECTED = '`export default defineConfig({ modules: […] })`';

/**
 * The modules that the file names; without a path those of `bonyan.config.ts` in the working folder, if it is there.
 * @throws {ConfigError} naming the file and what is wrong in it
 */
export async function loadOwnModules(path: string | null): Promise<readonly OwnModule[]> {
  const file = resolve(path ?? CONFIG_FILE);
  if (!existsSync(file)) {
    if (path === null) return [];
    throw new ConfigError([`BONYAN_CONFIG: expected a file, but there is no ${file}`]);
  }
  const name = basename(file);
  const { default: config } = await importFile(file, name);
  if (!isRecord(config)) throw new ConfigError([`${name}: expected ${EXPECTED}, not ${kindOf(config)}`]);
  const { modules } = config;
  if (!Array.isArray(modules)) throw new ConfigError([`${name}: modules: expected a list, not ${kindOf(modules)}`]);
  const mistakes = modules.flatMap((make: unknown, index) =>
    typeof make === 'function'
      ? []
      : [`${name}: modules[${index}]: expected the function that makes a module, not ${kindOf(make)}`],
  );
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return modules as readonly OwnModule[];
}

async function importFile(file: string, name: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError([`${name}: expected a file that can be loaded: ${placeOf(error)}`]);
  }
}

/** The message with the line of the code that failed, and no line of Node's own. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? error.message).split('\n').filter((line) => !/^ +at .*node:/.test(line));
  const first = lines.findIndex((line) => line.startsWith('    at '));
  return (first === -1 ? lines : lines.slice(0, first + 1)).join('\n').trimEnd();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}

/** What somebody finds in their file, in a word. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
