import { cpSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a module outside the program imports too: npm puts these where both find them. */
const SHARED = ['typebox', 'kysely'];
/** Not read at run time. Declarations of types go by another rule. */
const LEFT_OUT = '**/*.{map,ts,mts,cts,md,markdown,flow,tsbuildinfo}';
const EXACT = /^\d+\.\d+\.\d+[\w.-]*$/;
const DECLARATION = /\.d\.[cm]?ts$/;

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/**
 * Copies the packages that the lockfile names into `target`, because npm takes other versions of indirect ones for a
 * package that it installs. Those with a binary for each platform stay for npm to choose from, by exact versions.
 * Resolves with the fields of package.json.
 */
export function copyPackages(root: string, target: string) {
  const manifest = readManifest(root);
  const locked = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile).packages;
  const folders = Object.entries(locked)
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional && !SHARED.includes(nameOf(path)))
    .map(([path]) => path);
  for (const folder of folders) cpSync(join(root, folder), join(target, folder), { recursive: true, filter: isOwn });
  const bundled = folders.filter((folder) => folder.lastIndexOf('node_modules/') === 0).map(nameOf);
  const shared = Object.entries(manifest.dependencies ?? {}).filter(([name]) => SHARED.includes(name));
  return {
    dependencies: {
      ...Object.fromEntries(bundled.map((name) => [name, readManifest(join(root, 'node_modules', name)).version])),
      ...Object.fromEntries(shared),
    },
    optionalDependencies: {
      ...manifest.optionalDependencies,
      ...Object.assign({}, ...folders.map((folder) => binariesOf(join(root, folder), locked))),
    } as Record<string, string>,
    bundleDependencies: bundled,
  };

  /** Without the packages inside, which are in the list themselves. */
  function isOwn(path: string): boolean {
    return !path.slice(root.length + '/node_modules/'.length).endsWith('/node_modules');
  }
}

interface LockFile {
  readonly packages: Readonly<Record<string, Locked>>;
}

function nameOf(path: string): string {
  return path.slice('node_modules/'.length);
}

/** @throws without an exact version: npm could install another one than the tests have run with */
function binariesOf(folder: string, locked: LockFile['packages']): Record<string, string> {
  const { optionalDependencies = {} } = readManifest(folder);
  const exact = Object.entries(optionalDependencies).map(([name, wanted]) => {
    const version = EXACT.test(wanted) ? wanted : locked[`node_modules/${name}`]?.version;
    if (version === undefined) throw new Error(`${folder} names ${name} by ${wanted}`);
    return [name, version];
  });
  return Object.fromEntries(exact) as Record<string, string>;
}

/** Removes from the packages in `target` what is not read at run time, and the declarations outside `reached`. */
export function prunePackages(target: string, reached: ReadonlySet<string>): void {
  for (const path of globSync(`node_modules/${LEFT_OUT}`, { cwd: target })) {
    const isReached = DECLARATION.test(path) && reached.has(join(target, path));
    if (!isReached) rmSync(join(target, path), { force: true, recursive: true });
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
