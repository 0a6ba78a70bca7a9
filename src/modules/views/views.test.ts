import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';

const LOCKED = { page: '/users', name: 'قفل‌شده‌ها', search: 'status=locked&search=%D8%B3%D8%A7%D8%B1%D8%A7' };

test('a view is kept, listed by its page, and forgotten', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn();
  const { status, body: kept } = await sara.post('/views', LOCKED);
  await sara.post('/views', { ...LOCKED, page: '/todos' });

  const ofUsers = await sara.get('/views?of=/users');
  const forgotten = await sara.delete(`/views/${kept.id}`);
  const left = await sara.get('/views');

  assert.equal(status, 201);
  assert.deepEqual([ofUsers.body.items, forgotten.status], [[kept], 204]);
  assert.deepEqual({ ...kept, ...LOCKED }, kept);
  assert.deepEqual(
    left.body.items.map(({ page }: { page: string }) => page),
    ['/todos'],
  );
});

test('a name is free for another page and for another user, and taken for the same page, also for two at once', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [app.signIn(), app.signIn()];

  const both = await Promise.all([sara.post('/views', LOCKED), sara.post('/views', LOCKED)]);
  const others = [await sara.post('/views', { ...LOCKED, page: '/logs' }), await reza.post('/views', LOCKED)];

  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([201, 409]));
  assert.equal(both.find(({ status }) => status === 409)?.body.code, 'views.name_taken');
  assert.deepEqual(
    others.map(({ status }) => status),
    [201, 201],
  );
});

test('nobody sees or forgets the view of somebody else', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [app.signIn(), app.signIn()];
  const { body: kept } = await sara.post('/views', LOCKED);

  const [list, forgotten] = [await reza.get('/views'), await reza.delete(`/views/${kept.id}`)];

  assert.deepEqual([list.body.items, forgotten.status], [[], 404]);
  assert.equal((await sara.get('/views')).body.items.length, 1);
});

test('a user keeps at most 200 views, also when two are kept at once', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn();
  await app.database.pool.query(
    `insert into views.view (id, owner_id, page, name, search)
     select gen_random_uuid(), $1, '/todos', 'view ' || n, '' from generate_series(1, 199) n`,
    [sara.userId],
  );

  const answers = await Promise.all(['one', 'two'].map((name) => sara.post('/views', { ...LOCKED, name })));

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201, 409]));
  assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'views.quota_used');
});

test('views are in the data of their user, and go with the account', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn();
  const { body: kept } = await sara.post('/views', LOCKED);
  const { privacy } = app.modules.find(({ name }) => name === 'views') ?? {};
  assert.deepEqual(await privacy?.export(sara.userId), [kept]);

  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: sara.userId }),
  );
  await app.drain();

  assert.deepEqual((await sara.get('/views')).body.items, []);
});

for (const [name, wrong] of Object.entries({
  'a page of another site': { ...LOCKED, page: '//example' },
  'an empty name': { ...LOCKED, name: ' ' },
  'a search with a line break': { ...LOCKED, search: 'a=\nb' },
  'a search that is too long': { ...LOCKED, search: 'a'.repeat(2001) },
}))
  test(`${name} is refused`, async (t) => {
    const app = await testApp(t);
    const { status, body } = await app.signIn().post('/views', wrong);
    assert.deepEqual([status, body.code], [400, 'http.invalid']);
  });
