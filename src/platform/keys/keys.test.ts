import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKeys } from './derived.ts';
import { loadSecret } from './application-secret.ts';

const keys = createKeys('a'.repeat(32));

test('what is sealed opens under the same secret and purpose, and under no other', () => {
  const sealed = keys.seal('mail', 'سلام');

  assert.equal(keys.open('mail', sealed).toString(), 'سلام');
  assert.throws(() => keys.open('audit', sealed));
  assert.throws(() => createKeys('b'.repeat(32)).open('mail', sealed));
});

test('any changed byte is an error, and the same text is sealed differently each time', () => {
  const sealed = keys.seal('mail', 'hello');
  for (const index of sealed.keys()) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(() => keys.open('mail', changed));
  }
  assert.notDeepEqual(keys.seal('mail', 'hello'), sealed);
});

test('MACs of one text differ by purpose', () => {
  assert.deepEqual(keys.mac('code', 'x'), keys.mac('code', 'x'));
  assert.notDeepEqual(keys.mac('code', 'x'), keys.mac('refresh', 'x'));
});

test('processes that start together get one secret, readable only by its owner', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-secret-'));
  t.after(() => rm(folder, { recursive: true }));

  const secrets = await Promise.all(Array.from({ length: 10 }, () => loadSecret(null, folder)));

  assert.equal(new Set(secrets).size, 1);
  assert.ok((secrets[0]?.length ?? 0) >= 64);
  assert.equal((await stat(join(folder, 'secret'))).mode & 0o777, 0o600);
  assert.equal(await loadSecret('given', folder), 'given');
});
