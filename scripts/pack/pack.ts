/**
 * `npm run pack [-- FOLDER]`: makes `bonyan-VERSION.tgz` in `dist/`, or in FOLDER. It runs in an empty folder by
 * `npx ./bonyan-VERSION.tgz`: types are stripped, because Node refuses to do that below node_modules.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { copyPackages, prunePackages } from './packages.ts';
import { copyProgram } from './program.ts';
import { writeTypes } from './types.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FIELDS = ['name', 'version', 'description', 'license', 'type', 'imports', 'engines'];

const folder = resolve(process.argv[2] ?? join(ROOT, 'dist'));
const target = join(folder, 'package');
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-console.mjs')], { stdio: 'inherit' });
copyProgram(ROOT, target);
const packages = copyPackages(ROOT, target);
writeManifest(packages);
copyStart();
prunePackages(target, writeTypes(ROOT, target));
rmSync(join(target, 'console', 'dist', '.built'), { force: true });
const archive = pack();
console.log(`${archive}: ${toMegabytes(statSync(archive).size)} MB, unpacked ${toMegabytes(sizeOf(target))} MB`);

function writeManifest(fields: object): void {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  const kept = Object.fromEntries(FIELDS.map((name) => [name, manifest[name]]));
  const entry = (path: string) => ({ types: `./${path}.d.ts`, default: `./${path}.js` });
  const own = {
    bin: { bonyan: './bin/bonyan.js' },
    exports: {
      '.': entry('src/bonyan'),
      './testing': entry('src/testing/own-modules/testing'),
      './package.json': './package.json',
    },
  };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ ...kept, ...own, ...fields }, null, 2)}\n`);
}

/** The command, and what finds the pinned Node. */
function copyStart(): void {
  for (const [from, to] of [
    ['scripts/pack/bonyan.js', 'bin/bonyan.js'],
    ['scripts/cache.mjs', 'scripts/cache.mjs'],
    ['scripts/node.mjs', 'scripts/node.mjs'],
  ])
    cpSync(join(ROOT, from ?? ''), join(target, to ?? ''));
  chmodSync(join(target, 'bin', 'bonyan.js'), 0o755);
}

/** npm writes `.gitignore` names and sizes to stderr, and the name of the archive to stdout. */
function pack(): string {
  const words = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder];
  const name = execFileSync('npm', words, { cwd: target, encoding: 'utf8', maxBuffer: 2 ** 26 }).trim();
  return join(folder, name.split('\n').at(-1) ?? '');
}

function sizeOf(path: string): number {
  const files = globSync('**', { cwd: path, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

function toMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
