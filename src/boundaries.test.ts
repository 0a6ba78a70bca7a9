import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { test } from 'node:test';

/** A layer may not import a later one; `app` includes the command line. Tests and `testing/` are not checked. */
const LAYERS = ['kernel', 'platform', 'modules', 'app'];
const VAGUE = /(^|\/)(utils?|common|helpers?|types|shared|core|misc|lib)(\/|\.ts$)|(^|\/)index\.ts$/;
/** What may lie at a module's root. Use cases beside `service.ts` go into the folder of a sub-feature. */
const ROOT_FILES = new Set(
  'module contract needs tables schemas routes service queries jobs secrets audited'.split(' '),
);
/** Leaves that several sub-features of one module share. */
const ROOT_LEAVES: Record<string, readonly string[]> = {
  users: ['email', 'constant-time', 'user-agent'],
  authorization: ['built-in-roles', 'invalidation'],
  notifications: ['sealing'],
};
const MAX_FOLDER_FILES = 15;
/** `claim.ts` and `claimer.ts` in one folder are hard to tell apart. */
const ENDINGS = ['s', 'es', 'd', 'ed', 'r', 'er', 'or', 'ing'];

const IMPORT = /^(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gms;

interface Edge {
  readonly from: string;
  readonly to: string;
}

async function readTree() {
  const texts = new Map<string, string>();
  const edges: Edge[] = [];
  for await (const path of glob('**/*.ts', { cwd: import.meta.dirname })) {
    if (/\.test\.ts$|^testing\//.test(path)) continue;
    const text = await readFile(posix.join(import.meta.dirname, path), 'utf8');
    texts.set(path, text);
    for (const [, ...targets] of text.matchAll(IMPORT)) {
      const target = targets.find(Boolean) ?? '';
      if (target.startsWith('#verifier/')) edges.push({ from: path, to: target.replace('#', '../packages/') });
      else if (target.startsWith('#')) edges.push({ from: path, to: target.slice(1) });
      else if (target.startsWith('.')) edges.push({ from: path, to: posix.join(posix.dirname(path), target) });
    }
  }
  return { texts, files: [...texts.keys()], edges };
}

/** Packages outside `src` are published separately and import nothing: they are the lowest layer. */
function layerOf(path: string): number {
  if (path.startsWith('../packages/')) return 0;
  const folder = path.split(/[/.]/)[0] ?? '';
  return LAYERS.includes(folder) ? LAYERS.indexOf(folder) : LAYERS.length - 1;
}

function moduleOf(path: string): string | undefined {
  return /^modules\/([^/]+)\//.exec(path)?.[1];
}

/** `sessions` of `modules/users/sessions/cookies.ts`; undefined for a file at the module's root. */
function subFeatureOf(path: string): string | undefined {
  return /^modules\/[^/]+\/([^/]+)\/./.exec(path)?.[1];
}

const moduleNames = readdirSync(posix.join(import.meta.dirname, 'modules'));

test('imports go downwards only', async () => {
  const { files, edges } = await readTree();
  assert.ok(files.length > 80 && edges.length > 200, 'the scan found too few files');

  assert.deepEqual(
    edges.filter(({ from, to }) => layerOf(to) > layerOf(from)),
    [],
  );
});

test('only tests import test code', async () => {
  const { edges } = await readTree();
  assert.deepEqual(
    edges.filter(({ to }) => to.startsWith('testing/') || to.endsWith('.test.ts')),
    [],
  );
});

test('a module imports only contracts of other modules and ports of the platform', async () => {
  const { edges } = await readTree();
  const broken = edges.filter(({ from, to }) => {
    const home = moduleOf(from);
    if (home === undefined) return false;
    if (moduleOf(to) !== undefined) return moduleOf(to) !== home && !to.endsWith('/contract.ts');
    return to.startsWith('platform/') && to !== 'platform/module.ts' && !to.endsWith('/port.ts');
  });
  assert.deepEqual(broken, []);
});

test('a contract imports only the kernel and ports', async () => {
  const { edges } = await readTree();
  const broken = edges.filter(({ from, to }) => from.endsWith('/contract.ts') && !/^kernel\/|\/port\.ts$/.test(to));
  assert.deepEqual(broken, []);
});

test('a sub-feature imports only sub-features that its module creates before it', async () => {
  const { texts, edges } = await readTree();
  const broken = edges.filter(({ from, to }) => {
    const home = moduleOf(from);
    if (home === undefined || moduleOf(to) !== home) return false;
    const [lower, upper] = [subFeatureOf(to), subFeatureOf(from)];
    if (lower === undefined || lower === upper) return false;
    // The other files of the root are below all sub-features.
    if (upper === undefined) return !from.endsWith('/module.ts');
    const order = creationOrder(texts.get(`modules/${home}/module.ts`) ?? '');
    return !order.includes(lower) || order.indexOf(lower) > order.indexOf(upper);
  });
  assert.deepEqual(broken, [], 'move the shared piece to the lower sub-feature, or the creation in module.ts');
});

/** Sub-features in the order in which the body of `module.ts` first uses something that it imports from them. */
function creationOrder(text: string): string[] {
  const body = text.slice(text.lastIndexOf('\nimport '));
  const imports = [...text.matchAll(/^import (?!type)\{([^}]+)\} from '\.\/([^/']+)\/[^']+'/gms)];
  const firstUse = new Map<string, number>();
  for (const [, names = '', folder = ''] of imports) {
    for (const name of names.split(',').map((one) => one.trim().split(' as ').at(-1) ?? '')) {
      const at = name === '' ? -1 : body.slice(body.indexOf('\n', 1)).search(new RegExp(`\\b${name}\\b`));
      if (at !== -1) firstUse.set(folder, Math.min(at, firstUse.get(folder) ?? Infinity));
    }
  }
  return [...firstUse].toSorted(([, one], [, other]) => one - other).map(([folder]) => folder);
}

test('there are no import cycles', async () => {
  const { files, edges } = await readTree();
  let left = files;
  for (;;) {
    const tied = left.filter((file) => edges.some(({ from, to }) => from === file && left.includes(to)));
    if (tied.length === left.length) break;
    left = tied;
  }
  assert.deepEqual(left, []);
});

test('no file has a vague name', async () => {
  const { files } = await readTree();
  assert.deepEqual(
    files.filter((path) => VAGUE.test(path)),
    [],
  );
});

test('every module has the same file names at its root', async () => {
  const { files } = await readTree();
  const others = files.filter((path) => {
    const [, home = '', name = ''] = /^modules\/([^/]+)\/([^/]+)\.ts$/.exec(path) ?? [];
    return home !== '' && !ROOT_FILES.has(name) && !ROOT_LEAVES[home]?.includes(name);
  });
  assert.deepEqual(others, [], 'use a name of docs/contributing/naming.md, or the folder of a sub-feature');
});

test('no folder holds more than 15 source files', async () => {
  const paths = await Array.fromAsync(glob('**/*.ts', { cwd: import.meta.dirname }));
  const counts = new Map<string, number>();
  for (const path of paths.filter((each) => !each.endsWith('.test.ts')))
    counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > MAX_FOLDER_FILES),
    [],
  );
});

test('no two file names of a folder differ only by an ending', async () => {
  const { files } = await readTree();
  const stems = new Set(files.map((path) => path.replace(/\.ts$/, '')));
  const alike = [...stems].filter((stem) => ENDINGS.some((ending) => stems.has(stem + ending)));
  assert.deepEqual(alike, []);
});

test('the name of an exported type is unique', async () => {
  const { texts } = await readTree();
  const places = new Map<string, Set<string>>();
  for (const [path, text] of texts)
    for (const [, name = ''] of text.matchAll(/^export (?:type|interface|class) (\w+)/gm))
      places.set(name, (places.get(name) ?? new Set()).add(path));
  assert.deepEqual(
    [...places].filter(([, paths]) => paths.size > 1).map(([name, paths]) => [name, ...paths]),
    [],
  );
});

test('no file of a module contains a code of another module', async () => {
  const root = posix.join(import.meta.dirname, 'modules');
  const paths = await Array.fromAsync(glob('**/*.{ts,json,sql}', { cwd: root }));
  const found = paths.flatMap((path) => {
    const home = path.split('/')[0] ?? '';
    const text = readFileSync(posix.join(root, path), 'utf8');
    return moduleNames
      .filter((name) => name !== home && new RegExp(`['"]${name}\\.[a-z_]`).test(text))
      .map((name) => `${path} contains a code of ${name}`);
  });
  assert.deepEqual(found, []);
});
