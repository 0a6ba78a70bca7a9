import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '#platform/config/load.ts';
import { placeOf } from './place.ts';
import type { OwnModule, OwnParts } from './port.ts';

export const CONFIG_FILE = 'bonyan.config.ts';
const EXPECTED = '`export default defineConfig({ modules: […], providers: […] })`';
/** What `npm init` writes. */
const IS_COMMONJS = 'Its package.json says "type": "commonjs": run `npm pkg set type=module`, then start again.';
const MADE = { modules: 'a module', providers: 'a provider' };

/**
 * What the file names; without a path that of `bonyan.config.ts` in the working folder, if it is there.
 * @throws {ConfigError} naming the file and what is wrong in it
 */
export async function loadOwnParts<Provider>(path: string | null): Promise<OwnParts<Provider>> {
  const file = resolve(path ?? CONFIG_FILE);
  if (!existsSync(file)) {
    if (path === null) return { modules: [], providers: [] };
    throw new ConfigError([`BONYAN_CONFIG: expected a file, but there is no ${file}`]);
  }
  const name = basename(file);
  const { default: config } = await importFile(file, name);
  if (!isRecord(config)) throw new ConfigError([`${name}: expected ${EXPECTED}, not ${kindOf(config)}`]);
  const { modules = [], providers = [] } = config;
  const mistakes = [...findFaults('modules', modules), ...findFaults('providers', providers)];
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((mistake) => `${name}: ${mistake}`));
  // What the functions return is checked when it is made.
  return { modules: modules as OwnModule[], providers: providers as Provider[] };
}

function findFaults(key: keyof typeof MADE, makers: unknown): string[] {
  if (!Array.isArray(makers)) return [`${key}: expected a list, not ${kindOf(makers)}`];
  return makers.flatMap((make: unknown, index) =>
    typeof make === 'function'
      ? []
      : [`${key}[${index}]: expected the function that makes ${MADE[key]}, not ${kindOf(make)}`],
  );
}

async function importFile(file: string, name: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const hint = /import statement outside a module/.test(String(error)) ? `\n${IS_COMMONJS}` : '';
    throw new ConfigError([`${name}: expected a file that can be loaded: ${placeOf(error)}${hint}`]);
  }
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
