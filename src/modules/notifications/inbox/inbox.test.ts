import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '#platform/log/pino.ts';
import { loadConfig } from '#platform/config/load.ts';
import { testApp } from '#testing/app.ts';
import { listen, register, until } from '#testing/api/streams.ts';
import { notifyPickup } from '#testing/shop.ts';
import { createApp } from '../../../app.ts';

test('the stream shows new messages and the count of unread ones, and resumes after an interruption', async (t) => {
  const app = await testApp(t);
  const sara = await register(app);
  const base = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const url = `${base}/api/v1/notifications/inbox/stream`;
  await notifyPickup(app, sara.userId, 'before');
  const first = await listen(t, url, sara.token);
  await until(() => first.events.length === 1);

  await notifyPickup(app, sara.userId, 'one');
  const tookMs = await until(() => first.events.length === 3);
  const [, shown] = first.events;
  first.abort.abort();
  await notifyPickup(app, sara.userId, 'two');
  await notifyPickup(app, sara.userId, 'three');
  const second = await listen(t, url, sara.token, { 'last-event-id': shown?.id ?? '' });
  await until(() => second.events.length === 3);
  await sara.post(`/notifications/inbox/${shown?.data.id}/read`);
  await until(() => second.events.length === 4);

  t.diagnostic(`shown after ${Math.round(tookMs)} ms`);
  assert.match(first.response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.deepEqual(first.events[0], { id: null, event: 'unread', data: { unreadCount: 1 } });
  assert.deepEqual([shown?.event, shown?.data.text], ['message', 'Your order is ready\n\none']);
  assert.deepEqual(
    second.events.map(({ event, data }) => [event, data.text?.split('\n').at(-1) ?? data.unreadCount]),
    [
      ['message', 'two'],
      ['message', 'three'],
      ['unread', 4],
      ['unread', 3],
    ],
  );
  assert.equal((await sara.get('/notifications/inbox/unread-count')).body.unreadCount, 3);
});

test('after a restore the stream shows new messages to a client that has seen a later place', async (t) => {
  const app = await testApp(t);
  const sara = await register(app);
  const base = await app.http.listen({ port: 0, host: '127.0.0.1' });
  await notifyPickup(app, sara.userId, 'before');

  const url = `${base}/api/v1/notifications/inbox/stream`;
  const { events } = await listen(t, url, sara.token, { 'last-event-id': '999999999999999' });
  await until(() => events.length === 1);
  await notifyPickup(app, sara.userId, 'after');
  await until(() => events.length === 3);

  assert.deepEqual(
    events.map(({ event, data }) => [event, data.text?.split('\n').at(-1) ?? data.unreadCount]),
    [
      ['unread', 1],
      ['message', 'after'],
      ['unread', 2],
    ],
  );
});

test('the stream ends within a second of its session', async (t) => {
  const app = await testApp(t);
  const sara = await register(app);
  const base = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const stream = await listen(t, `${base}/api/v1/notifications/inbox/stream`, sara.token);
  await until(() => stream.events.length === 1);

  await sara.post('/users/sessions/revoke-all');

  const tookMs = await until(stream.isOver, 1000);
  t.diagnostic(`ended after ${Math.round(tookMs)} ms`);
  assert.equal((await sara.get('/notifications/inbox/unread-count')).status, 401);
});

test('an eleventh stream of one person is refused until one ends, and others have theirs', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await register(app), await register(app)];
  const base = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const url = `${base}/api/v1/notifications/inbox/stream`;
  const open = await Promise.all(Array.from({ length: 10 }, () => listen(t, url, sara.token)));
  await until(() => open.every(({ events }) => events.length === 1));
  const again = () => fetch(url, { headers: { authorization: `Bearer ${sara.token}` }, signal: t.signal });

  const refused = await again();
  const problem = (await refused.json()) as { code: string };
  const other = await listen(t, url, reza.token);
  open[0]?.abort.abort();
  let status = 429;
  for (const began = performance.now(); status === 429 && performance.now() - began < 3000;) {
    const answer = await again();
    ({ status } = answer);
    if (status === 429) await sleep(20);
    else await answer.body?.cancel();
  }

  assert.deepEqual([refused.status, problem.code], [429, 'http.too_many_streams']);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.deepEqual([other.response.status, status], [200, 200]);
});

test('a message that another node accepts is shown at once, whichever unit commits first', async (t) => {
  const app = await testApp(t);
  const sara = await register(app);
  const other = await createApp({
    config: loadConfig({
      DATABASE_URL: app.databaseUrl,
      BONYAN_SECRET: 'only-for-tests-only-for-tests-only-for-tests',
      BONYAN_LOG_LEVEL: 'silent',
    }),
    kind: 'command',
    log: createLog('silent'),
  });
  t.after(() => other.close());
  const base = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const stream = await listen(t, `${base}/api/v1/notifications/inbox/stream`, sara.token);
  await until(() => stream.events.length === 1);

  await notifyPickup(other, sara.userId, 'from afar');
  const tookMs = await until(() => stream.events.length === 3, 1500);
  await Promise.all(
    Array.from({ length: 30 }, (_, index) => notifyPickup(index % 2 ? app : other, sara.userId, `n${index}`)),
  );
  await until(() => stream.events.filter(({ event }) => event === 'message').length === 31);

  t.diagnostic(`from another node after ${Math.round(tookMs)} ms`);
  const places = stream.events.flatMap(({ id }) => (id === null ? [] : [Number(id)]));
  assert.deepEqual(
    places,
    Array.from({ length: 31 }, (_, index) => index + 1),
  );
});

test('an inbox is paged, newest first, without archived messages', async (t) => {
  const app = await testApp(t);
  const sara = await register(app);
  for (const word of ['a', 'b', 'c']) await notifyPickup(app, sara.userId, word);

  const first = (await sara.get('/notifications/inbox?pageSize=2')).body;
  const second = (await sara.get(`/notifications/inbox?pageSize=2&cursor=${first.nextCursor}`)).body;

  const words = [...first.items, ...second.items].map(({ text }: { text: string }) => text.split('\n').at(-1));
  assert.deepEqual([words, first.totalCount, second.nextCursor], [['c', 'b', 'a'], 3, null]);
});
