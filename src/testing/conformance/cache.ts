import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Cache } from '#platform/cache/port.ts';

/** The tests that every implementation must pass. `pass` advances its clock. */
export function cacheConformance(
  name: string,
  open: (t: TestContext) => Promise<{ cache: Cache; pass(ms: number): Promise<void> }>,
): void {
  test(`${name}: a value is found until it expires`, async (t) => {
    const { cache, pass } = await open(t);
    await cache.set('greeting', 'سلام', 1000);

    assert.equal(await cache.get('greeting'), 'سلام');
    await pass(1001);
    assert.equal(await cache.get('greeting'), null);
  });

  test(`${name}: a deleted value is not found, and deleting it again is no error`, async (t) => {
    const { cache } = await open(t);
    await cache.set('greeting', 'hello', 1000);

    await cache.delete('greeting');
    await cache.delete('greeting');

    assert.equal(await cache.get('greeting'), null);
  });

  test(`${name}: a window begins with its first increment, and a new one begins after its end`, async (t) => {
    const { cache, pass } = await open(t);

    const counts = [
      await cache.increment('sara', 1000),
      await cache.increment('sara', 1000),
      await cache.increment('reza', 1000),
    ];
    await pass(1001);
    const later = await cache.increment('sara', 1000);

    assert.deepEqual(
      counts.map(({ count }) => count),
      [1, 2, 1],
    );
    assert.equal(later.count, 1);
    assert.ok(later.resetMs > 0 && later.resetMs <= 1000);
  });

  test(`${name}: fifty increments at once count fifty`, async (t) => {
    const { cache } = await open(t);
    const counts = await Promise.all(Array.from({ length: 50 }, async () => cache.increment('crowd', 1000)));
    assert.deepEqual(
      counts.map(({ count }) => count).toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  });
}
