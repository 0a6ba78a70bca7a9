import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';

test('openapi.json is the document that the program serves (`npm run openapi` writes it)', async (t) => {
  const app = await testApp(t);
  const written: unknown = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8'));
  assert.deepEqual(JSON.parse(JSON.stringify(app.openApi())), written);
});

test('every operation has a name of its own, an access rule, its error codes and a declared success', async (t) => {
  const app = await testApp(t);
  const operations = Object.values(app.openApi()['paths'] as Record<string, Record<string, Operation>>).flatMap(
    (path) => Object.values(path),
  );

  const names = operations.map(({ operationId }) => operationId);

  assert.ok(operations.length > 40);
  assert.equal(new Set(names).size, operations.length);
  assert.ok(names.every((name) => typeof name === 'string'));
  assert.ok(operations.every((operation) => typeof operation['x-access'] === 'string'));
  assert.ok(operations.every((operation) => operation['x-codes']?.includes('http.too_many_requests')));
  assert.ok(operations.every(({ responses }) => Object.keys(responses).some((status) => /^[23]/.test(status))));
});

interface Operation {
  readonly operationId?: string;
  readonly 'x-access'?: string;
  readonly 'x-codes'?: readonly string[];
  readonly responses: Record<string, unknown>;
}
