import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as immediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { signedIn } from './session.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('a stream ends with its signal, also when the request that began it was collected as garbage', async (t) => {
  const { client } = await signedIn(t);
  const over = new AbortController();
  const waiting = Promise.withResolvers<void>();
  const states: string[] = [];
  const options = { query: { topics: 'notifications.inbox' }, signal: over.signal };

  const followed = (async () => {
    for await (const event of client.listen('/api/v1/stream', { ...options, onState: (one) => void states.push(one) }))
      if (event.event === 'notifications.inbox.unread') waiting.resolve();
  })();
  await waiting.promise;
  for (let round = 0; round < 5; round++) {
    await immediate();
    collect();
  }
  over.abort();

  await followed;
  assert.deepEqual(states, ['connected']);
});
