import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { withJavaScriptNames } from './program.ts';

/** What modules outside the program and their tests import. */
const ENTRIES = ['src/bonyan.ts', 'src/testing/own-modules/testing.ts'];

/**
 * Writes the declarations that `bonyan` and `bonyan/testing` need beside the program in `target`. The set has their
 * paths, and those of the packages.
 */
export function writeTypes(root: string, target: string): ReadonlySet<string> {
  const made = `${target}-types`;
  mkdirSync(made, { recursive: true });
  try {
    compile(
      root,
      made,
      ENTRIES.map((entry) => join(root, entry)),
      {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        outDir: join(made, 'out'),
        rootDir: root,
      },
    );
    cpSync(join(made, 'out'), target, { recursive: true });
    const entries = ENTRIES.map((entry) => join(target, entry.replace(/\.ts$/, '.d.ts')));
    const reached = compile(root, made, entries, {}, '--listFiles').split('\n');
    const own = (path: string) => !relative(target, path).startsWith('node_modules');
    for (const path of reached.filter((one) => one.startsWith(join(target, '/')) && own(one) && one.endsWith('.ts')))
      writeFileSync(
        path,
        withJavaScriptNames(readFileSync(path, 'utf8'), () => true),
      );
    return new Set(reached);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function compile(root: string, folder: string, files: string[], options: object, ...words: string[]): string {
  const project = join(folder, 'tsconfig.json');
  const compilerOptions = { ...options, typeRoots: [join(root, 'node_modules', '@types')] };
  writeFileSync(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return execFileSync(process.execPath, [tsc, '-p', project, ...words], {
    cwd: dirname(project),
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
