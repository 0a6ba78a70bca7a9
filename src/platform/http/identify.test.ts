import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { anonymous } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createIdentify } from './access.ts';
import type { Caller } from './port.ts';

test('a request reads the permissions of its caller once, and their failure is its own alone', async (t) => {
  const caller: Caller = { type: 'user', id: newId(), sessionId: null };
  const { origin } = anonymous({ requestId: newId(), ip: null, userAgent: null, traceparent: '' });
  const unhandled: unknown[] = [];
  const listener = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', listener);
  t.after(() => process.off('unhandledRejection', listener));

  for (const [name, authenticated] of Object.entries({ 'at once': caller, later: Promise.resolve(caller) })) {
    let reads = 0;
    const identify = createIdentify(
      () => authenticated,
      async () => {
        reads += 1;
        throw new Error('the database took too long');
      },
    );
    await assert.rejects(async () => identify({} as FastifyRequest, origin), /took too long/, name);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(reads, 1, name);
  }
  assert.deepEqual(unhandled, []);
});
