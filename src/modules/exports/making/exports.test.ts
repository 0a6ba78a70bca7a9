import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { observabilityPermissions } from '#modules/observability/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { Readable } from 'node:stream';
import { nowhere, system } from '#kernel/access.ts';
import { userEvents } from '#modules/users/contract.ts';
import { member, runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';

const { read, write } = todoPermissions;
const DAY_MS = 86_400_000;
const TODOS = { path: '/api/v1/todos', format: 'csv' };

async function fill(app: TestApp, ownerId: string, count: number): Promise<void> {
  await app.database.pool.query(
    `insert into todos.todo (id, owner_id, description, labels)
     select gen_random_uuid(), $1, case n when 1 then '=1+1' else 'خرید نان، number ' || n end, array['home', 'a,b']
     from generate_series(1, $2::int) n`,
    [ownerId, count],
  );
}

async function contentOf(app: TestApp, userId: string, id: string): Promise<string> {
  const answer = await app.http.inject({ url: `/api/v1/exports/${id}/content`, headers: { 'x-test-caller': userId } });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.body;
}

async function filesOf(app: TestApp): Promise<number> {
  return (await app.storage.list('exports/')).objects.length;
}

async function opened(t: TestContext, todos: number) {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  await fill(app, sara.userId, todos);
  return { app, sara };
}

test('an export has each row of all pages once, with the filters that were asked for', async (t) => {
  const { app, sara } = await opened(t, 250);
  await sara.post('/todos', { description: 'Something else' });

  const { status, body: asked } = await sara.post('/exports', { ...TODOS, query: 'search=number&page=3&pageSize=5' });
  await app.drain();
  const { body: done } = await sara.get(`/exports/${asked.id}`);
  const lines = (await contentOf(app, sara.userId, asked.id)).split('\r\n').filter((line) => line !== '');

  assert.deepEqual([status, asked.status, done.status, done.rowCount], [202, 'waiting', 'done', 249]);
  assert.equal(new Set(lines).size, 250);
  assert.match(lines[0] ?? '', /^\uFEFFid,description,dueDate,labels,/);
  assert.ok(lines[1]?.includes('خرید نان، number'));
});

test('JSON has the rows as the API answers them; CSV defuses formulas', async (t) => {
  const { app, sara } = await opened(t, 1);
  const { items } = (await sara.get('/todos')).body;

  const { body: json } = await sara.post('/exports', { ...TODOS, format: 'json' });
  const { body: csv } = await sara.post('/exports', TODOS);
  await app.drain();

  assert.deepEqual(JSON.parse(await contentOf(app, sara.userId, json.id)), items);
  assert.ok((await contentOf(app, sara.userId, csv.id)).includes(",'=1+1,"));
});

test('a list whose answer has no pages is exported whole', async (t) => {
  const { app } = await opened(t, 0);
  const operator = app.signIn(observabilityPermissions.read);
  const { items } = (await operator.get('/observability/events/catalog')).body;

  const path = '/api/v1/observability/events/catalog';
  const { body: asked } = await operator.post('/exports', { path, format: 'json' });
  await app.drain();

  assert.deepEqual(JSON.parse(await contentOf(app, operator.userId, asked.id)), items);
  assert.equal((await operator.get(`/exports/${asked.id}`)).body.rowCount, items.length);
});

test('rows are read with the rights that the person has then', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { body: asked } = await sara.post('/exports', TODOS);
  await sara.post('/users/sessions/revoke-all');

  await app.drain();

  const { rows } = await app.database.pool.query('select status, error from exports.export where id = $1', [asked.id]);
  assert.deepEqual(rows, [{ status: 'failed', error: 'http.not_signed_in' }]);
});

test('the organisation that a session works in is that of its exports, and one that is gone is none', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const statusOf = async (id: string) => (await sara.get(`/exports/${id}`)).body.status;
  const { body: organisation } = await sara.post('/organisations', { name: 'Mahtab' });
  await sara.put('/organisations/active', { organisationId: organisation.id });
  const { body: inside } = await sara.post('/exports', TODOS);
  await sara.put('/organisations/active', { organisationId: null });
  await app.drain();
  await sara.put('/organisations/active', { organisationId: organisation.id });
  await sara.delete(`/organisations/${organisation.id}`);

  const { body: after } = await sara.post('/exports', TODOS);
  await app.drain();

  assert.deepEqual([await statusOf(inside.id), await statusOf(after.id)], ['failed', 'done']);
});

test('a list that its asker may not see is refused in the export too', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read);
  const { body: asked } = await sara.post('/exports', { path: '/api/v1/users', format: 'csv' });

  await app.drain();

  const { body: failed } = await sara.get(`/exports/${asked.id}`);
  const content = await sara.get(`/exports/${asked.id}/content`);
  assert.deepEqual([failed.status, failed.error, content.body.code], ['failed', 'http.forbidden', 'exports.not_done']);
});

test('nobody sees, downloads or deletes the export of somebody else', async (t) => {
  const { app, sara } = await opened(t, 1);
  const reza = app.signIn(read);
  const { body: asked } = await sara.post('/exports', TODOS);
  await app.drain();

  const answers = [
    await reza.get(`/exports/${asked.id}`),
    await reza.get(`/exports/${asked.id}/content`),
    await reza.delete(`/exports/${asked.id}`),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [404, 404, 404],
  );
  assert.equal((await reza.get('/exports')).body.items.length, 0);
  assert.equal((await sara.get(`/exports/${asked.id}`)).body.status, 'done');
});

test('deleting an export deletes its file, and so does the end of its week', async (t) => {
  const { app, sara } = await opened(t, 1);
  const [{ body: first }] = [await sara.post('/exports', TODOS), await sara.post('/exports', TODOS)];
  await app.drain();
  assert.equal(await filesOf(app), 2);

  await sara.delete(`/exports/${first.id}`);
  await app.drain();
  assert.equal(await filesOf(app), 1);
  await app.database.pool.query(`update exports.export set ended_at = ended_at - interval '8 days'`);
  await runJob(app, 'exports.tidy');
  await app.drain();

  assert.deepEqual([await filesOf(app), (await sara.get('/exports')).body.items], [0, []]);
});

test('a file is not downloaded by somebody who may not see its list any more', async (t) => {
  const { app, sara } = await opened(t, 1);
  const { body: asked } = await sara.post('/exports', TODOS);
  await app.drain();
  await app.database.pool.query(`update exports.export set path = '/api/v1/users'`);

  const { status, body } = await sara.get(`/exports/${asked.id}/content`);

  assert.deepEqual([status, body.code, body.refused], [403, 'exports.no_longer_allowed', 'http.forbidden']);
});

test('the trail has who reads a list for an export, with their address at a download and none in the background', async (t) => {
  const app = await testApp(t);
  const [operator, auditor] = [app.signIn(observabilityPermissions.read), app.signIn(auditPermissions.read)];
  const { body: asked } = await operator.post('/exports', { path: '/api/v1/observability/messages', format: 'csv' });
  await app.drain();
  await app.http.inject({
    url: `/api/v1/exports/${asked.id}/content`,
    headers: { 'x-test-caller': operator.userId, 'user-agent': 'Firefox' },
    remoteAddress: '198.51.100.7',
  });

  const { body } = await auditor.get('/audit?action=observability.messages_listed');
  const { body: cause } = await auditor.get('/audit?action=exports.asked');

  const seen = body.items.map(({ actorId, ip, userAgent }: Record<string, unknown>) => [actorId, ip, userAgent]);
  assert.deepEqual(seen.toSorted(), [
    [operator.userId, null, null],
    [operator.userId, '198.51.100.7', 'Firefox'],
  ]);
  assert.ok(body.items.some(({ requestId }: { requestId: string }) => requestId === cause.items[0].requestId));
});

test('a part of a file is answered, and its head without bytes', async (t) => {
  const { app, sara } = await opened(t, 1);
  const { body: asked } = await sara.post('/exports', { ...TODOS, format: 'json' });
  await app.drain();
  const url = `/api/v1/exports/${asked.id}/content`;
  const headers = { 'x-test-caller': sara.userId };

  const part = await app.http.inject({ url, headers: { ...headers, range: 'bytes=0-1' } });
  const head = await app.http.inject({ method: 'HEAD', url, headers });

  assert.deepEqual([part.statusCode, part.body], [206, '[\n']);
  assert.deepEqual([head.statusCode, head.body], [200, '']);
});

test('files that no export has are deleted after a day, and no others', async (t) => {
  const { app, sara } = await opened(t, 1);
  await sara.post('/exports', TODOS);
  await app.drain();
  const dead = `exports/${sara.userId}/1`; // of an attempt that died before it was recorded
  await app.storage.put(dead, Readable.from([Buffer.from('x')]), { maxBytes: 10 });

  await runJob(app, 'exports.sweep');
  assert.equal(await filesOf(app), 2);
  app.pass(2 * DAY_MS);
  await runJob(app, 'exports.sweep');

  assert.equal(await filesOf(app), 1);
  assert.equal(await app.storage.head(dead), null);
});

test('an attempt that is late changes nothing of an export that has ended', async (t) => {
  const { app, sara } = await opened(t, 1);
  const { body: asked } = await sara.post('/exports', TODOS);
  await app.drain();
  const { body: done } = await sara.get(`/exports/${asked.id}`);

  const { workers = [] } = app.modules.find(({ name }) => name === 'exports') ?? {};
  const late = { id: asked.id, ref: asked.id, token: 99, attempt: 2, maxAttempts: 3, origin: nowhere };
  await workers[0]?.handle(late, new AbortController().signal);

  assert.deepEqual((await sara.get(`/exports/${asked.id}`)).body, done);
});

test('an export that is deleted before it begins makes no file', async (t) => {
  const { app, sara } = await opened(t, 1);
  const { body: asked } = await sara.post('/exports', TODOS);
  await sara.delete(`/exports/${asked.id}`);

  await app.drain();

  assert.equal(await filesOf(app), 0);
});

test('a person has at most ten exports, also when two are asked for at once', async (t) => {
  const { app, sara } = await opened(t, 0);
  for (let n = 0; n < 9; n++) await sara.post('/exports', TODOS);

  const answers = await Promise.all([sara.post('/exports', TODOS), sara.post('/exports', TODOS)]);

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202, 409]));
  assert.equal((await app.anonymous.get('/exports')).status, 401);
});

test('all exports of a person together have a bounded size', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_EXPORTS_QUOTA_BYTES: '3000' } });
  const sara = app.signIn(read, write);
  await fill(app, sara.userId, 5);
  const { body: small } = await sara.post('/exports', TODOS);
  await app.drain();
  await fill(app, sara.userId, 50);
  const { body: large } = await sara.post('/exports', TODOS);
  await app.drain();
  await app.database.pool.query('update exports.export set size_bytes = 3000 where id = $1', [small.id]);

  const refused = await sara.post('/exports', TODOS);

  const { body: failed } = await sara.get(`/exports/${large.id}`);
  assert.deepEqual([failed.status, failed.error], ['failed', 'exports.quota_used']);
  assert.deepEqual([refused.status, refused.body.code, refused.body.limitBytes], [409, 'exports.quota_used', 3000]);
});

const NO_LISTS = ['users/me', 'nothing', 'todos/x', 'exports/x/content', 'observability/metrics'];
for (const path of NO_LISTS.map((each) => `/api/v1/${each}`))
  test(`${path} is no list`, async (t) => {
    const app = await testApp(t);
    const { status, body } = await app.signIn(read).post('/exports', { path, format: 'csv' });
    assert.deepEqual([status, body.code], [400, 'exports.no_list']);
  });

test('exports and their files go with the account of their owner, and are in its data', async (t) => {
  const { app, sara } = await opened(t, 1);
  const { body: asked } = await sara.post('/exports', TODOS);
  await app.drain();
  const { privacy } = app.modules.find(({ name }) => name === 'exports') ?? {};
  const data = (await privacy?.export(sara.userId)) as { id: string }[];

  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: sara.userId }),
  );
  await app.drain();

  assert.equal(data[0]?.id, asked.id);
  assert.deepEqual([await filesOf(app), (await sara.get('/exports')).body.items], [0, []]);
});
