import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { generate } from '../client/generate.ts';
import { createInvoices } from '../examples/invoices/module.ts';
import { SECRET, testApp } from '../src/testing/app.ts';
import { everything } from '../src/testing/authorization.ts';
import { bonyan } from '../src/testing/command-line.ts';
import type { Module, OwnNeeds } from 'bonyan';

const CONFIG = join(import.meta.dirname, '..', 'examples', 'invoices', 'bonyan.config.ts');

test('the example is in permissions, events, jobs, OpenAPI and the menu, with no change in src', async (t) => {
  const app = await testApp(t, { ownModules: [createInvoices] });
  const sara = everything(app);

  const permissions = await sara.get('/authorization/roles');
  const jobs = await sara.get('/scheduler/jobs?pageSize=100');
  const events = JSON.stringify((await app.http.inject('/asyncapi.json')).json());

  assert.match(JSON.stringify(permissions.body), /"invoices\.write"/);
  assert.match(JSON.stringify(jobs.body), /"invoices\.remind"/);
  assert.ok(events.includes('invoices.issued') && events.includes('invoices.paid'));
  assert.ok(Object.keys(app.openApi().paths ?? {}).includes('/api/v1/invoices/{id}/pay'));
  assert.deepEqual(app.modules.flatMap(({ menu = [] }) => menu).filter(({ path }) => path === '/invoices').length, 1);
});

test('commands read bonyan.config.ts, and the client is generated with the types of the module', async (t) => {
  const app = await testApp(t);
  const document = join(app.dataDir, 'openapi.json');
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_DATA_DIR: app.dataDir };

  const migrated = await bonyan(['migrate'], { ...environment, BONYAN_CONFIG: CONFIG });
  const printed = await bonyan(['openapi', '--out', document], { ...environment, BONYAN_CONFIG: CONFIG });
  const files = await generate(pathToFileURL(document));
  const missing = await bonyan(['migrate'], { ...environment, BONYAN_CONFIG: 'nowhere.config.ts' });

  assert.match(migrated.out, /invoices\/0001_invoice\.sql/, migrated.err);
  assert.equal(printed.code, 0, printed.err);
  assert.match(files['schema.d.ts'] ?? '', /"\/api\/v1\/invoices": \{/);
  assert.match(files['schema.d.ts'] ?? '', /export type NewInvoice = /);
  assert.match(files['keyed.ts'] ?? '', /'\/api\/v1\/invoices'/);
  assert.doesNotMatch(await readFile(join(import.meta.dirname, '..', 'openapi.json'), 'utf8'), /api\/v1\/invoices/);
  assert.ok(missing.code === 1 && /BONYAN_CONFIG: expected a file/.test(missing.err), missing.err);
});

test('a route that is there already is refused with the name of the module', async (t) => {
  const createTwice = (needs: OwnNeeds): Module => ({
    name: 'twice',
    routes: async (http) => void http.get('/todos', { config: { access: 'user' } }, () => needs.publicUrl),
    privacy: { export: async () => null, erase: async () => {} },
  });

  await assert.rejects(testApp(t, { ownModules: [createTwice] }), /Module twice: .*'GET'.*\/api\/v1\/todos/);
});
