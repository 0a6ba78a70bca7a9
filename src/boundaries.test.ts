import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { test } from 'node:test';

/** Lower may not import higher; `app` is the command line too. Tests and `testing/` stand outside. */
const LAYERS = ['kernel', 'platform', 'modules', 'app'];
const VAGUE = /(^|\/)(utils?|common|helpers?|types|shared|core|misc|lib)(\/|\.ts$)|(^|\/)index\.ts$/;

interface Edge {
  readonly from: string;
  readonly to: string;
}

async function readTree() {
  const files: string[] = [];
  const edges: Edge[] = [];
  for await (const path of glob('**/*.ts', { cwd: import.meta.dirname })) {
    if (/\.test\.ts$|conformance\.ts$|fixture\.ts$|^testing\//.test(path)) continue;
    files.push(path);
    const text = await readFile(posix.join(import.meta.dirname, path), 'utf8');
    for (const [, target = ''] of text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'/gms)) {
      if (target.startsWith('#')) edges.push({ from: path, to: target.slice(1) });
      else if (target.startsWith('.')) edges.push({ from: path, to: posix.join(posix.dirname(path), target) });
    }
  }
  return { files, edges };
}

/** What is published by itself, outside `src`, stands on nothing: it is below all. */
function layerOf(path: string): number {
  if (path.startsWith('verifier/')) return 0;
  const folder = path.split(/[/.]/)[0] ?? '';
  return LAYERS.includes(folder) ? LAYERS.indexOf(folder) : LAYERS.length - 1;
}

function moduleOf(path: string): string | undefined {
  return /^modules\/([^/]+)\//.exec(path)?.[1];
}

test('imports run downwards', async () => {
  const { files, edges } = await readTree();
  assert.ok(files.length > 80 && edges.length > 200, 'the scan found too little to mean anything');

  assert.deepEqual(
    edges.filter(({ from, to }) => layerOf(to) > layerOf(from)),
    [],
  );
});

test('a module sees contracts of other modules and ports of the platform, and nothing behind them', async () => {
  const { edges } = await readTree();
  const broken = edges.filter(({ from, to }) => {
    const home = moduleOf(from);
    if (home === undefined) return false;
    if (moduleOf(to) !== undefined) return moduleOf(to) !== home && !to.endsWith('/contract.ts');
    return to.startsWith('platform/') && to !== 'platform/module.ts' && !to.endsWith('/port.ts');
  });
  assert.deepEqual(broken, []);
});

test('a contract depends on nothing that does something', async () => {
  const { edges } = await readTree();
  const broken = edges.filter(({ from, to }) => from.endsWith('/contract.ts') && !/^kernel\/|\/port\.ts$/.test(to));
  assert.deepEqual(broken, []);
});

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

test('no file has a name that says nothing', async () => {
  const { files } = await readTree();
  assert.deepEqual(
    files.filter((path) => VAGUE.test(path)),
    [],
  );
});
