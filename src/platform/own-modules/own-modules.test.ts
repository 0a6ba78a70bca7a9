import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { definePermission, type ResourceRule } from '#kernel/access.ts';
import { defineError } from '#kernel/problem.ts';
import { Type } from 'typebox';
import { defineEvent } from '#kernel/event.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Topic } from '#platform/http/port.ts';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { createOwnModules } from './create.ts';
import { loadOwnParts } from './load.ts';
import type { OwnModule } from './port.ts';

const privacy = { export: async () => null, erase: async () => {} };
const read = definePermission('shop.read', 'See the shop');
const texts = { errors: {}, permissions: { 'shop.read': 'دیدن فروشگاه' } };
const done = Promise.resolve({ write: async () => {} });
const SHOP: Module = { name: 'shop', permissions: [read], texts, privacy };

function ruleFor(resourceType: string): ResourceRule {
  return { resourceType, permissions: [], findReason: async () => null };
}

/** The first mistakes in a file with this content. */
async function faultsOfFile(t: TestContext, content: string, manifest?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-config-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'bonyan.config.ts');
  await writeFile(file, content);
  if (manifest !== undefined) await writeFile(join(folder, 'package.json'), manifest);
  return loadOwnParts(file).then(() => 'none', messageOf);
}

function faultsOf(...modules: unknown[]): string {
  const makers = modules.map((module) => () => module) as OwnModule[];
  try {
    createOwnModules(makers, {}, [{ name: 'users', resourceRules: [ruleFor('account')] }]);
    return 'none';
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

test('without a file there are no modules; a file that is named must be there', async () => {
  assert.deepEqual(await loadOwnParts(null), { modules: [], providers: [] });
  await assert.rejects(loadOwnParts('/nowhere/my.config.ts'), /BONYAN_CONFIG: expected a file, but there is no .*my/);
});

test('what is wrong in the file is named, with the place', async (t) => {
  const expected: readonly (readonly [string, RegExp])[] = [
    ['export const modules = [];', /bonyan\.config\.ts: expected `export default defineConfig.*, not undefined/],
    ['export default { modules: {} };', /modules: expected a list, not an object/],
    [
      'export default { modules: [() => 1, undefined, "x"] };',
      /modules\[1\]: .* not undefined\n.*modules\[2\]: .* a string/,
    ],
    ['export default { providers: [1] };', /providers\[0\]: expected the function that makes a provider, not a number/],
    ['import "./shop/module.ts";', /can be loaded: .*Cannot find module .*shop.module\.ts/s],
    ['const x = ;', /can be loaded: .*bonyan\.config\.ts:1/s],
    ['export default { modules: [] };\nnull.x;', /Cannot read properties of null.*\n.*bonyan\.config\.ts:2/],
  ];

  for (const [content, message] of expected) assert.match(await faultsOfFile(t, content), message, content);
});

test('a file in a package of CommonJS, as npm makes one, is refused with what to do', async (t) => {
  const faults = await faultsOfFile(t, 'import "node:fs";\nexport default { modules: [] };', '{"type":"commonjs"}');

  assert.match(faults, /can be loaded: .*\nIts package\.json says "type": "commonjs": run `npm pkg set type=module`/s);
});

test('a module that fits is made, and one that does not is refused with all that is wrong', () => {
  const other = definePermission('users.read', 'See users');
  const missing = new URL('file:///nowhere/migrations/');

  assert.equal(faultsOf(SHOP), 'none');
  assert.match(faultsOf(undefined), /expected to return a module with a name, not undefined/);
  assert.match(faultsOf({ ...SHOP, name: 'users' }), /there is a module users already/);
  assert.match(faultsOf(SHOP, SHOP), /there is a module shop already/);
  assert.match(faultsOf({ name: 'Shop', privacy }), /module Shop: expected a name of small letters/);
  assert.match(faultsOf({ name: 'pg_shop', privacy }), /module pg_shop: this name is that of a schema/);
  assert.match(faultsOf({ name: 'shop' }), /module shop: privacy: expected `export` and `erase`/);
  assert.match(faultsOf({ ...SHOP, permissions: [read, read] }), /permission shop\.read: declared more than once/);
  assert.match(
    faultsOf({ ...SHOP, permissions: [other] }),
    /permission users\.read: expected a code that begins with shop\./,
  );
  assert.match(
    faultsOf({ ...SHOP, errors: [defineError('shop.closed', 409, 'Closed')] }),
    /error shop\.closed: expected in texts\.json/,
  );
  assert.match(faultsOf({ ...SHOP, migrations: missing }), /migrations: expected a folder, but there is no .nowhere/);
  const both = faultsOf({ ...SHOP, name: 'users' }, { name: 'pg_x', privacy });
  assert.match(both, /2 mistakes|3 mistakes|4 mistakes/);
});

/** All parts of a module that have a name of their own, with a name. */
const NAMED: Record<string, (name: string) => Partial<Module>> = {
  permission: (code) => ({ permissions: [definePermission(code, 'See it')] }),
  error: (code) => ({ errors: [defineError(code, 409, 'Closed')] }),
  event: (type) => ({ publishes: [defineEvent(type, 1, 'id', Type.Object({ id: Type.String() }))] }),
  template: (name) => ({ templates: { [name]: {} as never } }),
  queue: (name) => ({
    workers: [worker({ queue: defineQueue(name), maxAttempts: 1, leaseMs: 1, handle: () => done })],
  }),
  job: (name) => ({ jobs: [job({ name, description: 'Does it', everySeconds: 60, run: () => done })] }),
  handler: (type) => ({ handlers: [{ type } as JobHandler] }),
  topic: (name) => ({ topics: [{ name } as Topic] }),
  component: (name) => ({ health: [{ name, isRequired: false, probe: async () => {} }] }),
  table: (table) => ({ dailyTables: [{ table, keepDays: 1, isNeeded: () => 'false' }] }),
};

test('nothing that a module names is taken for a part of another module, or declared twice', () => {
  for (const [kind, named] of Object.entries(NAMED)) {
    const [own, other] = [named('shop.thing'), named('todos.reminder')];
    const [field = ''] = Object.keys(own);
    const twice = { [field]: [...[own[field as keyof Module]].flat(), ...[own[field as keyof Module]].flat()] };

    assert.doesNotMatch(faultsOf({ ...SHOP, ...own }), /begins with|more than once/, kind);
    assert.match(faultsOf({ ...SHOP, ...other }), /todos\.reminder.*: expected a code that begins with shop\./, kind);
    if (kind !== 'template') assert.match(faultsOf({ ...SHOP, ...twice }), /declared more than once/, kind);
  }
});

test('no words, measures or rules of a module stand for those of another one, or for two of its own', () => {
  const gauge = (name: string) => ({ gauges: [{ name, help: 'x', labels: [], read: () => [] }] });
  const twice = { gauges: [...gauge('bonyan_shop_open').gauges, ...gauge('bonyan_shop_open').gauges] };
  const worded = { texts: { ...texts, errors: { 'users.not_found': { title: 'x', text: 'x' } } } } as never;
  const ruled = { ...SHOP, resourceRules: [ruleFor('basket')] };
  const other = { ...ruled, name: 'baskets', permissions: [], texts: undefined };

  assert.equal(faultsOf({ ...ruled, ...gauge('bonyan_shop_open') }), 'none');
  assert.match(faultsOf({ ...SHOP, ...gauge('bonyan_users_open') }), /gauge bonyan_users_open: .* bonyan_shop_/);
  assert.match(faultsOf({ ...SHOP, ...twice }), /gauge bonyan_shop_open: declared more than once/);
  assert.match(faultsOf({ ...SHOP, ...(worded as object) }), /texts\.json: users\.not_found: expected codes .* shop\./);
  assert.match(
    faultsOf({ ...SHOP, resourceRules: [ruleFor('account')] }),
    /module shop: resource rule account: there is one/,
  );
  assert.match(faultsOf(ruled, other), /module baskets: resource rule basket: there is one/);
});

test('a function that throws is named, with the place, beside what is wrong with the others', () => {
  const createShop = () => {
    throw new Error('no bricks');
  };
  const createUsers = () => ({ ...SHOP, name: 'users' });

  assert.throws(
    () => createOwnModules([createShop, createUsers], {}, [{ name: 'users' }]),
    /createShop: Error: no bricks\n.*own-modules\.test\.ts:.*createUsers: there is a module users already/s,
  );
});

test('a worker has slots of its own, so that one that never ends delays no other queue', () => {
  const hangs = { maxAttempts: 1, leaseMs: 1, handle: () => new Promise<never>(() => {}) };
  const workers = [
    worker({ queue: defineQueue('shop.one'), ...hangs }),
    worker({ queue: defineQueue('shop.two'), ...hangs, slots: { burst: 50 } }),
  ];

  const [made] = createOwnModules([() => ({ ...SHOP, workers })], {}, []);

  assert.deepEqual(
    made?.workers?.map(({ slots }) => slots),
    [{ burst: 0 }, { burst: 50 }],
  );
});

test('a page of the console needs a path of the module, a permission of it, and columns', () => {
  const title = { en: 'Shop', fa: 'فروشگاه' };
  const list = { path: '/api/v1/shop', columns: [{ field: 'name', title }] };
  const item = { path: '/shop', title, permission: 'shop.read', list };

  assert.equal(faultsOf({ ...SHOP, menu: [item, { ...item, path: '/shop-orders' }] }), 'none');
  assert.match(faultsOf({ ...SHOP, menu: [{ ...item, path: '/users' }] }), /menu \/users: expected \/shop/);
  assert.match(faultsOf({ ...SHOP, menu: [{ ...item, permission: 'users.read' }] }), /no permission users\.read/);
  assert.match(faultsOf({ ...SHOP, menu: [{ path: '/shop', title, permission: 'shop.read' }] }), /a list with columns/);
  const elsewhere = { ...item, list: { ...list, path: '/shop' } };
  assert.match(faultsOf({ ...SHOP, menu: [elsewhere] }), /a list whose path begins with .api.v1., not .shop/);
});
