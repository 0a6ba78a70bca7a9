import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
    // Before the list is made: what is imported by a name that ends with `.ts` is not always found beside the program.
    for (const path of globSync('**/*.d.ts', { cwd: join(made, 'out') })) {
      const text = withJavaScriptNames(readFileSync(join(made, 'out', path), 'utf8'), () => true);
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), text);
    }
    const entries = ENTRIES.map((entry) => join(target, entry.replace(/\.ts$/, '.d.ts')));
    return new Set(compile(root, made, entries, {}, '--listFiles').split('\n'));
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
