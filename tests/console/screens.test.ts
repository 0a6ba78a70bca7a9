import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pictures, readme } from './screens/pages.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/screens');
const written = readFileSync(join(folder, 'README.md'), 'utf8');
const taken = readdirSync(folder).filter((name) => name.endsWith('.webp'));
const LIMIT_BYTES = 6_000_000;
const ROUTE = /(?:const (\w+) = )?createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*path: '([^']+)'/g;

/** The paths of the router, of its sources: their components are no modules of Node. */
function routes(): Set<string> {
  const declared = globSync('console/src/app/routes/*.ts', { cwd: root })
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(ROUTE)])
    .map(([, name, parent = '', path = '']) => ({ name, parent, path }));
  const parents = new Map(declared.map(({ name, path }) => [name, path]));
  return new Set(declared.map(({ parent, path }) => `${parents.get(parent) ?? ''}${path}`.replace(/(?<=.)\/$/, '')));
}

test('every page of the console has a picture', () => {
  const shown = new Set(pictures.map(({ route }) => route));

  assert.ok(routes().size > 30, 'the routes were not found in the sources');
  assert.deepEqual(
    [...routes()].filter((route) => !shown.has(route)),
    [],
  );
  assert.deepEqual(
    [...shown].filter((route) => !routes().has(route)),
    [],
  );
});

test('the table of pictures is the one of the script', () => {
  assert.equal(written, readme(pictures));
});

test('the table names every picture that exists, in English light and Persian dark, and no other', () => {
  const named = [...written.matchAll(/\(([\w-]+\.webp)\)/g)].map(([, name]) => name ?? '');
  const twice = (look: string) => named.filter((name) => name.endsWith(`-${look}.webp`)).length;

  assert.deepEqual(named.toSorted(), taken.toSorted());
  assert.equal(twice('en-light'), twice('fa-dark'));
  assert.equal(twice('en-light') * 2, named.length);
});

test('the pictures are small enough to be kept with the sources', () => {
  const bytes = taken.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

  assert.ok(bytes < LIMIT_BYTES, `${bytes} bytes`);
});
