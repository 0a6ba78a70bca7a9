import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sealUnbound } from '#testing/ciphertexts.ts';
import { createKeys } from './derived.ts';
import { loadSecret } from './application-secret.ts';
import type { SealedColumn } from './port.ts';

const SECRET = 'a'.repeat(32);
const keys = createKeys(SECRET);
const addresses: SealedColumn = { table: 'mail.message', key: { id: 'text' }, column: 'address', purpose: 'mail' };

test('what is sealed opens under the same secret, in its own place, and nowhere else', () => {
  const sealed = keys.seal(addresses, 'a', 'سلام');
  const elsewhere: Record<string, () => Buffer> = {
    'another row': () => keys.open(addresses, 'b', sealed),
    'a longer key': () => keys.open(addresses, ['a', ''], sealed),
    'another column': () => keys.open({ ...addresses, column: 'content' }, 'a', sealed),
    'another table': () => keys.open({ ...addresses, table: 'mail.other' }, 'a', sealed),
    'another purpose': () => keys.open({ ...addresses, purpose: 'audit' }, 'a', sealed),
    'another secret': () => createKeys('b'.repeat(32)).open(addresses, 'a', sealed),
    'the form of earlier versions': () => keys.open(addresses, 'a', sealed.subarray(1)),
  };

  assert.equal(keys.open(addresses, 'a', sealed).toString(), 'سلام');
  for (const [name, open] of Object.entries(elsewhere)) assert.throws(open, /mail\.(message|other)\.\w+, row/, name);
});

test('keys of several columns cannot be shifted into each other', () => {
  const pairs = { ...addresses, key: { caller: 'text', key: 'text' } } as const;
  const sealed = keys.seal(pairs, ['a', 'b, c'], 'hello');

  assert.throws(() => keys.open(pairs, ['a, b', 'c'], sealed));
  assert.throws(() => keys.open(pairs, ['a","b', 'c'], sealed));
  assert.equal(keys.open(pairs, ['a', 'b, c'], sealed).toString(), 'hello');
});

test('any changed byte is an error, and the same text is sealed differently each time', () => {
  const sealed = keys.seal(addresses, 'a', 'hello');
  for (const index of sealed.keys()) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.throws(() => keys.open(addresses, 'a', changed));
  }
  for (const length of sealed.keys()) assert.throws(() => keys.open(addresses, 'a', sealed.subarray(0, length)));
  assert.notDeepEqual(keys.seal(addresses, 'a', 'hello'), sealed);
});

test('a value of an earlier version opens until it is bound, and is refused once everything is bound', () => {
  const fresh = createKeys(SECRET);
  // Its first byte is random, and sometimes that of the present version.
  const former = Array.from({ length: 2000 }, () => sealUnbound(keys.derive('seal:mail'), 'hello'));
  const bound = former.map((value) => fresh.reEncrypt(addresses, 'a', value) ?? Buffer.of());
  const recognisable = { ...addresses, acceptsUnbound: true } as const;

  assert.ok(former.some(([version]) => version === 1));
  for (const value of former) assert.equal(fresh.open(addresses, 'a', value).toString(), 'hello');
  fresh.refuseUnbound();
  for (const value of former) assert.throws(() => fresh.open(addresses, 'a', value), /earlier version/);
  for (const value of bound) assert.equal(fresh.open(addresses, 'a', value).toString(), 'hello');
  assert.equal(fresh.open(recognisable, 'a', former[0] ?? Buffer.of()).toString(), 'hello');
  assert.throws(() => fresh.open(addresses, 'b', bound[0] ?? Buffer.of()));
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
