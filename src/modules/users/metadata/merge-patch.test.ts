import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergePatch } from './merge-patch.ts';

test('a merge patch does what the examples of RFC 7396 say', () => {
  const rows: readonly [object, object, object][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: 'foo' }, { a: { b: 1 } }, { a: { b: 1 } }],
  ];

  for (const [target, patch, result] of rows)
    assert.deepEqual(mergePatch(target, patch as Record<string, unknown>), result, JSON.stringify(patch));
});

test('a field that is named like the prototype stays a field', () => {
  const patch = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}');

  const merged = mergePatch({}, patch);

  assert.deepEqual(Object.keys(merged), ['__proto__', 'constructor']);
  assert.equal(({} as Record<string, unknown>)['isAdmin'], undefined);
  assert.equal(Object.getPrototypeOf(merged), Object.prototype);
});
