import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { audited as ofPlatform } from '#platform/audited.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { operationsOf } from '#testing/api/operations.ts';

/** The tables of all modules, and their folders. */
function tablesOf({ modules }: TestApp) {
  const own = modules.map(({ name, audited = {} }) => ({ folder: `modules/${name}`, audited }));
  return [...own, { folder: 'platform', audited: ofPlatform }];
}

test('every operation that changes something is in the audit table of exactly one module', async (t) => {
  const app = await testApp(t);
  const tables = tablesOf(app);
  const listed = tables.flatMap(({ audited }) => Object.keys(audited));
  const operations = operationsOf(app.openApi());
  const missing = operations.filter(({ method, name }) => method !== 'GET' && !listed.includes(name));

  assert.deepEqual(
    missing.map(({ name, path }) => `${tableOf(app, path)}: '${name}'`),
    [],
    'add a line for each: the actions of its audit entries, or the reason why it records none',
  );
  const known = new Set(operations.map(({ name }) => name));
  for (const { folder, audited } of tables)
    assert.deepEqual(
      Object.keys(audited).filter((name) => !known.has(name)),
      [],
      `src/${folder}/audited.ts names operations that do not exist`,
    );
  assert.equal(new Set(listed).size, listed.length, 'an operation is in two tables');
});

test('every operation of an audit table is called by a test of its module', async (t) => {
  for (const { folder, audited } of tablesOf(await testApp(t))) {
    const tests = await readTests(folder);
    assert.deepEqual(
      Object.keys(audited).filter((operation) => !isCalled(operation, tests)),
      [],
      `no test in src/${folder} calls these`,
    );
  }
});

/** The file for an operation: that of the module in its path, else that of the platform. */
function tableOf({ modules }: TestApp, path: string): string {
  const name = path.split('/')[3];
  return modules.some((module) => module.name === name) ? `src/modules/${name}/audited.ts` : 'src/platform/audited.ts';
}

/** The text of the tests below a folder and of the fixtures that they use. */
async function readTests(folder: string): Promise<string> {
  const files = [`${folder}/**/*.test.ts`, 'testing/**/*.ts'];
  const paths = await Array.fromAsync(glob(files, { cwd: import.meta.dirname }));
  return (await Promise.all(paths.map((path) => readFile(join(import.meta.dirname, path), 'utf8')))).join('\n');
}

/**
 * As `post('/todos'`, as `'POST /todos'` for an observer, or as `method: 'POST', url: '/todos'`; ids are `{id}` or
 * `${id}`.
 */
function isCalled(operation: string, tests: string): boolean {
  const [method = '', path = ''] = operation.split(' ');
  const pattern = path
    .replace(/^\/api\/v1/, '')
    .split(/\{\w+\}/)
    .map((part) => part.replaceAll('.', '\\.'))
    .join('(?:\\{\\w+\\}|\\$\\{[^}]+\\}|[\\w-]+)');
  const url = `(?:/api/v1)?${pattern}['"\`?]`;
  const asCall = `\\b${method.toLowerCase()}\\(\\s*['"\`]${url}`;
  const asName = `['"\`]${method} ${url}`;
  const injected = `method: '${method}',\\s*url: ['"\`]${url}`;
  return new RegExp(`${asCall}|${asName}|${injected}`).test(tests);
}
