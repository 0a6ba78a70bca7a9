import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { OUTSIDE_DOCS } from '#platform/pages/documents.ts';

/** The program, and what a module outside it and its tests import. */
export const ENTRIES = ['src/main.ts', 'src/bonyan.ts', 'src/testing/own-modules/testing.ts'];
/** Copied as it is into modules that are made. */
const TEMPLATE = 'src/cli/new/template/';
export const OTHERS: readonly string[] = [
  'LICENSE',
  'README.md',
  'README.fa.md',
  'docs', // the manual, which the server shows at /docs
  ...OUTSIDE_DOCS,
  'deploy/nginx.conf',
  'deploy/postgres-roles.sh',
  'deploy/systemd',
  'console/dist',
  'openapi.json', // what tests compare refusals with
];
/** What Node loads by a path: static and dynamic imports, and programs of threads. */
const SPECIFIER =
  /(\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(['"])((?:#(?:kernel|platform|modules|testing|verifier)\/|\.{1,2}\/)[^'"$]+)\.ts\2/g;

/** Writes the program of the tree `root` to `target` as plain JavaScript, with every file that it reads. */
export function copyProgram(root: string, target: string): void {
  for (const file of sourceFiles(root)) writeJavaScript(root, target, file);
  const exclude = ['**/*.ts', '**/*.snapshot', 'src/testing/**'];
  const assets = globSync('{src,packages}/**/*.*', { cwd: root, exclude });
  for (const path of [...assets, ...globSync(`${TEMPLATE}**/*.*`, { cwd: root }), ...OTHERS])
    cpSync(join(root, path), join(target, path), { recursive: true });
}

/** All but tests; of `src/testing` what tests of a module outside the program import. */
function sourceFiles(root: string): ReadonlySet<string> {
  const exclude = ['**/*.test.ts', '**/*.d.ts', 'src/testing/**', `${TEMPLATE}**`, '**/conformance.ts'];
  const files = new Set(globSync('{src,packages}/**/*.ts', { cwd: root, exclude }));
  const add = (file: string): void => {
    if (files.has(file) && !ENTRIES.includes(file)) return;
    files.add(file);
    for (const next of importsOf(root, file)) if (!files.has(next)) add(next);
  };
  for (const entry of ENTRIES) add(entry);
  return files;
}

/** Those of `file` within the tree that exist at run time, as paths below `root`. */
function importsOf(root: string, file: string): string[] {
  const code = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'));
  return [...code.matchAll(SPECIFIER)].map(([, , , path = '']) => relative(root, locate(root, file, `${path}.ts`)));
}

/** `#kernel/…` by the `imports` of package.json. */
function locate(root: string, file: string, specifier: string): string {
  if (!specifier.startsWith('#')) return resolve(root, dirname(file), specifier);
  return join(root, specifier.replace('#verifier', 'packages/audit-verifier').replace('#', 'src/'));
}

/** Types become spaces, so that line and column of an error are those of the source. */
function writeJavaScript(root: string, target: string, file: string): void {
  const code = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8')).replaceAll(/[ \t]+$/gm, '');
  const path = join(target, file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    withJavaScriptNames(code, (specifier) => existsSync(locate(root, file, specifier))),
  );
}

/** @throws for a name of which `exists` does not know a file: it would be found missing by the one who runs it */
export function withJavaScriptNames(code: string, exists: (specifier: string) => boolean): string {
  return code.replaceAll(SPECIFIER, (_, before: string, quote: string, path: string) => {
    if (!exists(`${path}.ts`)) throw new Error(`${path}.ts: there is no such file to pack`);
    return `${before}${quote}${path}.js${quote}`;
  });
}
