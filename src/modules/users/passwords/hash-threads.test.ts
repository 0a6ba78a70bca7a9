import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHashThreads } from './hash-threads.ts';

const OPTIONS = { algorithm: 2, memoryCost: 1024, timeCost: 1, parallelism: 1 };

test('hashes are verified, several at once, and a task that fails does not affect the others', async () => {
  const threads = createHashThreads();

  const hashes = await Promise.all(['سلام', 'b', 'c'].map((password) => threads.hash(password, OPTIONS)));
  const [right, wrong] = [threads.verify(hashes[0] ?? '', 'سلام'), threads.verify(hashes[0] ?? '', 'b')];
  await assert.rejects(threads.verify('no hash at all', 'b'));

  assert.deepEqual([await right, await wrong], [true, false]);
  assert.equal(await threads.verify(hashes[2] ?? '', 'c'), true);
});

test('a thread that dies fails its task, and is replaced', async () => {
  const threads = createHashThreads(new URL('data:text/javascript,throw new Error("broken")'));

  await assert.rejects(threads.verify('x', 'y'), /a hashing thread ended with 1/);
  await assert.rejects(threads.verify('x', 'y'), /a hashing thread ended with 1/);
});
