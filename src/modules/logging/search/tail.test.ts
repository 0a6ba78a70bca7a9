import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { read, write } = loggingPermissions;
const SHOWN = 500;

test('of more events than one read shows the newest come, after a word that others were skipped', async (t) => {
  const app = await testApp(t);
  const { userId, ...sara } = app.signIn(read, write);
  const address = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const ended = new AbortController();
  t.after(() => ended.abort());
  const answer = await fetch(`${address}/api/v1/logging/tail?service=shop`, {
    headers: { 'x-test-caller': userId },
    signal: ended.signal,
  });
  const texts = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const burst = Array.from({ length: SHOWN + 200 }, (_, n) => ({ message: `sale ${n}`, sourceService: 'shop' }));

  await sara.post('/logging/events/bulk', { events: burst });
  let text = '';
  while (!text.includes(`"sale ${SHOWN + 199}"`)) text += (await texts?.read())?.value ?? '';
  await sara.post('/logging/events', { message: 'the next one', sourceService: 'shop' });
  while (!text.includes('the next one')) text += (await texts?.read())?.value ?? '';

  const events = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
  assert.deepEqual(
    [events[0], events.filter((name) => name === 'event').length, events.lastIndexOf('skipped')],
    ['skipped', SHOWN + 1, 0],
  );
});
