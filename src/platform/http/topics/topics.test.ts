import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { listen, register, until } from '#testing/api/streams.ts';
import { notifyPickup } from '#testing/shop.ts';
import { shareReadings } from './port.ts';

const BOTH = 'notifications.inbox,observability.orchestration';

async function administrator(app: TestApp) {
  const person = await register(app);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.authorization.makeAdministrator(unit, person.userId),
  );
  return person;
}

test('one stream carries several topics, each with its state first, and resumes where each has got to', async (t) => {
  const app = await testApp(t);
  const sara = await administrator(app);
  const url = `${await app.http.listen({ port: 0, host: '127.0.0.1' })}/api/v1/stream?topics=${BOTH}`;

  const first = await listen(t, url, sara.token);
  await until(() => first.events.length >= 2);
  await notifyPickup(app, sara.userId, 'one');
  const hasMessage = ({ event }: { event: string }) => event === 'notifications.inbox.message';
  await until(() => first.events.some(hasMessage));
  const { id = null } = first.events.find(hasMessage) ?? {};
  first.abort.abort();
  await notifyPickup(app, sara.userId, 'two');
  const second = await listen(t, url, sara.token, { 'last-event-id': id ?? '' });
  await until(() => second.events.some(hasMessage));

  const names = new Set(first.events.slice(0, 2).map(({ event }) => event));
  assert.deepEqual(names, new Set(['notifications.inbox.unread', 'observability.orchestration.changed']));
  assert.match(id ?? '', /^notifications\.inbox=\d+$/);
  const texts = second.events.filter(hasMessage).map(({ data }) => data.text.split('\n').at(-1));
  assert.deepEqual(texts, ['two']);
});

test('a stream ends within a second after the permission for one of its topics is lost', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await administrator(app), await administrator(app)];
  const base = `${await app.http.listen({ port: 0, host: '127.0.0.1' })}/api/v1/stream?topics=`;
  const both = await listen(t, base + BOTH, sara.token);
  const own = await listen(t, `${base}notifications.inbox`, sara.token);
  await until(() => both.events.length >= 2 && own.events.length >= 1);

  const revoked = await reza.post('/authorization/revoke-role', { userId: sara.userId, roleName: 'admin' });
  const tookMs = await until(() => both.isOver());

  assert.equal(revoked.status, 200);
  assert.ok(tookMs < 1000, `${tookMs} ms`);
  assert.equal(own.isOver(), false);
});

test('a topic without permission, an unknown one, and no one are refused', async (t) => {
  const app = await testApp(t);
  const sara = await register(app);
  const refused = async (query: string) => {
    const { status, body } = await sara.get(`/stream${query}`);
    return [status, body.code, body.permission ?? body.topic];
  };

  assert.deepEqual(await refused(`?topics=none.such,${BOTH}`), [403, 'http.forbidden', 'observability.read']);
  assert.deepEqual(await refused('?topics=none.such'), [400, 'http.topic_unknown', 'none.such']);
  assert.deepEqual(await refused('?topics=none'), [400, 'http.topic_unknown', 'none']);
  for (const query of ['', '?topics=', '?topics=a b', `?topics=${'a.b,'.repeat(300)}a.b`])
    assert.deepEqual((await refused(query)).slice(0, 2), [400, 'http.invalid'], query);
  assert.equal((await app.anonymous.get(`/stream?topics=${BOTH}`)).status, 401);
});

test('all followers share one reading, which goes on only while there are some, and begins again', async () => {
  let reads = 0;
  const follow = shareReadings(async () => ++reads, 1);
  const over = new AbortController();
  const [one, two] = [follow(over.signal), follow(over.signal)];

  const first = [(await one.next()).value, (await two.next()).value];
  const next = [(await one.next()).value, (await two.next()).value];
  over.abort();
  const ends = [(await one.next()).done, (await two.next()).done];
  const again = follow(new AbortController().signal);
  const { value: later } = await again.next();
  await again.return(undefined);

  assert.deepEqual(first, [1, 1]);
  assert.ok(Number(next[0]) > 1 && Number(next[1]) > 1);
  assert.deepEqual(ends, [true, true]);
  assert.equal(later, reads);
});
