import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, totalmem, type } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findPackage } from '#platform/database/embedded/binaries.ts';

/** What figures depend on. It names no host and no path. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
}

const BENCH = join(import.meta.dirname, '..');

/** `databaseUrl`: of a server that is measured instead of the bundled one. */
export async function describeMachine(databaseUrl: string | undefined): Promise<Machine> {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${arch()}`,
    node: process.versions.node,
    postgres: databaseUrl === undefined ? bundledPostgres() : await versionAt(databaseUrl),
  };
}

/** Of packages that the project or its benchmarks install. */
export function versionsOf(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(packages.map((name) => [name, versionOf(name)]));
}

/** The package is named after the release: 18.4.0-beta.17 has PostgreSQL 18.4. */
const bundledPostgres = () => manifestAt(join(findPackage(), 'package.json')).replace(/^(\d+\.\d+).*$/, '$1');

async function versionAt(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  } finally {
    await client.end();
  }
}

function versionOf(name: string): string {
  const folders = createRequire(join(BENCH, 'others', 'package.json')).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return manifestAt(join(folder, name, 'package.json'));
    } catch {
      continue; // it is in one of the folders above
    }
  }
  throw new Error(`${name} is not installed`);
}

const manifestAt = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
