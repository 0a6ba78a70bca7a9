import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { userEvents } from '#modules/users/contract.ts';
import { withoutTables } from '#platform/database/port.ts';
import { testApp } from '#testing/app.ts';
import { todoPermissions } from './contract.ts';

const { read, write } = todoPermissions;
const HOUR_MS = 3_600_000;
const inOneHour = () => new Date(Date.now() + HOUR_MS).toISOString();
const descriptions = (body: { items: { description: string }[] }) => body.items.map(({ description }) => description);

test('labels are the same in any case and from any keyboard: in the filter, and twice in one todo', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', {
    description: 'x',
    labels: ['كاري', 'کاری', 'Home', 'HOME', 'كار‌ي'],
  });
  const { body: other } = await sara.post('/todos', { description: 'y', labels: ['İş', 'ΟΔΟΣ'] });
  const find = async (label: string) => {
    const { body } = await sara.get(`/todos?label=${encodeURIComponent(label)}`);
    return body.items.map(({ id }: { id: string }) => id);
  };

  const edited = await sara.patch(`/todos/${other.id}`, { labels: ['İş', 'iş', 'ΟΔΟΣ', 'οδος'] });

  assert.deepEqual(todo.labels, ['كاري', 'Home']);
  assert.deepEqual(edited.body.labels, ['İş', 'ΟΔΟΣ']);
  for (const label of ['کاری', 'كاري', 'کار‌ی', 'home']) assert.deepEqual(await find(label), [todo.id], label);
  for (const label of ['iş', 'İŞ', 'οδος', 'οδοσ']) assert.deepEqual(await find(label), [other.id], label);
  assert.deepEqual(await find('hom'), []);
});

test('creating a todo returns all its fields, with `Location` and `ETag`', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);

  const { status, body, headers } = await sara.post('/todos', {
    description: 'نان بخر',
    labels: ['خانه'],
    priority: 'high',
    dueDate: '2026-12-01',
  });

  assert.equal(status, 201);
  assert.equal(headers['location'], `/api/v1/todos/${body.id}`);
  assert.match(String(headers['etag']), /^"1-/);
  assert.deepEqual((await sara.get(`/todos/${body.id}`)).body, body);
  assert.deepEqual(
    { ...body, id: '', createdAt: '', updatedAt: '' },
    {
      id: '',
      description: 'نان بخر',
      dueDate: '2026-12-01',
      labels: ['خانه'],
      priority: 'high',
      remindAt: null,
      isCompleted: false,
      completedAt: null,
      createdAt: '',
      updatedAt: '',
      version: 1,
    },
  );
});

test('completing a todo twice is one completion', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'نان بخر' });

  const first = await sara.put(`/todos/${todo.id}/complete`);
  const second = await sara.put(`/todos/${todo.id}/complete`);

  assert.equal(first.status, 200);
  assert.equal(first.body.isCompleted, true);
  assert.match(first.body.completedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(second.body, first.body);
});

test('a reopened todo is open, and reopening what is open changes nothing', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'one' });
  await sara.put(`/todos/${todo.id}/complete`);

  const first = await sara.put(`/todos/${todo.id}/reopen`);
  const second = await sara.put(`/todos/${todo.id}/reopen`);

  assert.equal(first.body.completedAt, null);
  assert.deepEqual(second.body, first.body);
});

test('an edit of an old version is refused with 412, and the problem has the current version', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo, headers } = await sara.post('/todos', { description: 'draft', dueDate: '2026-12-01' });
  const ifMatch = { 'if-match': String(headers['etag']) };

  const first = await sara.patch(`/todos/${todo.id}`, { description: 'final', dueDate: null }, ifMatch);
  const second = await sara.patch(`/todos/${todo.id}`, { description: 'too late' }, ifMatch);

  assert.deepEqual([first.status, first.body.description, first.body.dueDate], [200, 'final', null]);
  assert.deepEqual([second.status, second.body.code, second.body.version], [412, 'http.precondition_failed', 2]);
});

test('a copy is a new open todo with the same content', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'weekly', labels: ['a'], priority: 'low' });
  await sara.put(`/todos/${todo.id}/complete`);

  const { status, body, headers } = await sara.post(`/todos/${todo.id}/copy`);

  assert.equal(status, 201);
  assert.notEqual(body.id, todo.id);
  assert.equal(headers['location'], `/api/v1/todos/${body.id}`);
  assert.deepEqual([body.description, body.labels, body.priority, body.isCompleted], ['weekly', ['a'], 'low', false]);
});

test('a deleted todo is not found', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'one' });

  const { status, body } = await sara.delete(`/todos/${todo.id}`);

  assert.deepEqual([status, body], [204, null]);
  assert.equal((await sara.get(`/todos/${todo.id}`)).body.code, 'todos.not_found');
  assert.equal((await sara.delete(`/todos/${todo.id}`)).status, 404);
});

test('every operation on the todo of another user answers 404', async (t) => {
  const app = await testApp(t);
  const { body: todo } = await app.signIn(write).post('/todos', { description: 'private' });
  const reza = app.signIn(read, write);

  const answers = await Promise.all([
    reza.get(`/todos/${todo.id}`),
    reza.patch(`/todos/${todo.id}`, { description: 'mine' }),
    reza.put(`/todos/${todo.id}/complete`),
    reza.put(`/todos/${todo.id}/reopen`),
    reza.post(`/todos/${todo.id}/copy`),
    reza.delete(`/todos/${todo.id}`),
    reza.get(`/todos/${newId()}`),
  ]);

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    Array.from({ length: 7 }, () => [404, 'todos.not_found']),
  );
  assert.equal((await reza.get('/todos')).body.totalCount, 0);
});

test('writing needs todos.write', async (t) => {
  const app = await testApp(t);
  const { status, body } = await app.signIn(read).post('/todos', { description: 'no' });
  assert.deepEqual([status, body.permission], [403, 'todos.write']);
});

test('pages come newest first, with the count, and sizes out of range are clamped', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  for (const description of ['one', 'two', 'three']) await sara.post('/todos', { description });

  const { body: first } = await sara.get('/todos?pageSize=2');
  const { body: second } = await sara.get('/todos?pageSize=2&pageIndex=2');
  const { body: past } = await sara.get('/todos?page=9');
  const { body: clamped } = await sara.get('/todos?page=-3&pageSize=1000');

  assert.deepEqual([descriptions(first), first.page, first.totalCount], [['three', 'two'], 1, 3]);
  assert.deepEqual([descriptions(second), second.page, second.nextCursor], [['one'], 2, null]);
  assert.deepEqual([past.items, past.totalCount], [[], 3]);
  assert.deepEqual([clamped.page, clamped.pageSize, clamped.items.length], [1, 100, 3]);
});

test('cursors walk through every order without a gap or a repetition', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const todos = [
    { description: 'a', priority: 'top', dueDate: '2026-12-03' },
    { description: 'b', priority: 'normal' },
    { description: 'c', priority: 'high', dueDate: '2026-12-01' },
    { description: 'd', priority: 'top', dueDate: '2026-12-01' },
    { description: 'e', priority: 'low' },
  ];
  for (const todo of todos) await sara.post('/todos', todo);

  const walk = async (order: string) => {
    let { body } = await sara.get(`/todos?pageSize=2&${order}`);
    let found = descriptions(body);
    while (body.nextCursor !== null) {
      ({ body } = await sara.get(`/todos?pageSize=2&${order}&cursor=${body.nextCursor}`));
      assert.equal(body.totalCount, null);
      found = [...found, ...descriptions(body)];
    }
    return found.join('');
  };

  assert.equal(await walk('sortBy=createdAt&sortOrder=asc'), 'abcde');
  assert.equal(await walk('sortBy=dueDate&sortOrder=asc'), 'cdabe');
  assert.equal(await walk('sortBy=priority&sortOrder=desc'), 'daceb');
});

test('a cursor of another order is refused', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  for (const description of ['one', 'two']) await sara.post('/todos', { description });
  const { body } = await sara.get('/todos?pageSize=1');

  const answer = await sara.get(`/todos?sortBy=dueDate&cursor=${body.nextCursor}`);

  assert.deepEqual([answer.status, answer.body.code], [400, 'http.cursor_invalid']);
});

test('search finds Persian words in every spelling of ی and ک, and filters narrow the result', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  await sara.post('/todos', { description: 'خرید کتاب فارسی', labels: ['book'] });
  const { body: milk } = await sara.post('/todos', { description: 'Milk 100%', labels: ['shop'] });
  await sara.put(`/todos/${milk.id}/complete`);

  const find = async (query: string) => descriptions((await sara.get(`/todos?${query}`)).body);

  assert.deepEqual(await find(`search=${encodeURIComponent('كتاب فارسي')}`), ['خرید کتاب فارسی']);
  assert.deepEqual(await find('search=MILK'), ['Milk 100%']);
  assert.deepEqual(await find('search=%25'), ['Milk 100%']);
  assert.deepEqual(await find('isCompleted=true'), ['Milk 100%']);
  assert.deepEqual(await find('isCompleted=false'), ['خرید کتاب فارسی']);
  assert.deepEqual(await find('label=book'), ['خرید کتاب فارسی']);
});

test('a reminder is sent once, at its time, by the channels that the user prefers', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const email = app.randomEmail();
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: sara.userId, email, language: 'fa', timeZone: 'Asia/Tehran' }),
  );
  await sara.put('/notifications/preferences', {
    choices: [{ category: 'reminders', channel: 'email', isWanted: true }],
  });
  await sara.post('/todos', { description: 'نان بخر', remindAt: inOneHour() });

  await app.drain();
  const before = (await sara.get('/notifications/inbox')).body.totalCount;
  await app.drain(HOUR_MS);
  await app.drain(2 * HOUR_MS);
  const after = (await sara.get('/notifications/inbox')).body;

  assert.equal(before, 0);
  assert.deepEqual([after.totalCount, after.items[0].subject], [1, 'یادآوری: نان بخر']);
  assert.equal((await app.mailbox(email)).length, 1);
});

test('no reminder is sent at the old time after it was moved or its todo was completed', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, {
      userId: sara.userId,
      email: app.randomEmail(),
      language: 'en',
      timeZone: 'UTC',
    }),
  );
  const { body: moved } = await sara.post('/todos', { description: 'moved', remindAt: inOneHour() });
  const { body: done } = await sara.post('/todos', { description: 'done', remindAt: inOneHour() });
  await sara.patch(`/todos/${moved.id}`, { remindAt: new Date(Date.now() + 3 * HOUR_MS).toISOString() });
  await sara.put(`/todos/${done.id}/complete`);

  await app.drain(2 * HOUR_MS);
  const early = (await sara.get('/notifications/inbox')).body.totalCount;
  await app.drain(4 * HOUR_MS);
  const { items } = (await sara.get('/notifications/inbox')).body;

  assert.equal(early, 0);
  assert.deepEqual(
    items.map(({ subject }: { subject: string }) => subject),
    ['Reminder: moved'],
  );
});

test('the todos of an erased person are deleted', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(write);
  await sara.post('/todos', { description: 'one' });
  assert.equal(await app.todos.countOpen(sara.userId), 1);

  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: sara.userId }),
  );
  await app.drain();

  assert.equal(await app.todos.countOpen(sara.userId), 0);
});

test('many todos of an erased person are deleted in bounded batches', async (t) => {
  const app = await testApp(t);
  const { userId } = app.signIn();
  const { pool } = app.database;
  await pool.query(
    `insert into todos.todo (id, owner_id, description, labels, priority)
     select gen_random_uuid(), $1, 'todo ' || n, '{}', 'low' from generate_series(1, 2500) n`,
    [userId],
  );
  const todos = app.modules.find(({ name }) => name === 'todos');

  await app.database
    .forModule()
    .write(system('users'), (unit) => todos?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve());
  const first = await app.todos.countOpen(userId);
  await app.drain();

  assert.deepEqual([first, await app.todos.countOpen(userId)], [1500, 0]);
});

test('a user has as many todos as the quota allows, by creating and by copying, and each user for themselves', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_TODOS_PER_USER: '2' } });
  const [sara, ali] = [app.signIn(read, write), app.signIn(read, write)];
  const { body: first } = await sara.post('/todos', { description: 'one' });
  await sara.post('/todos', { description: 'two' });

  const refused = [await sara.post('/todos', { description: 'three' }), await sara.post(`/todos/${first.id}/copy`)];
  const other = await ali.post('/todos', { description: 'one' });
  await sara.delete(`/todos/${first.id}`);
  const again = await sara.post('/todos', { description: 'three' });

  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.code, body.limit]),
    [
      [409, 'todos.quota_used', 2],
      [409, 'todos.quota_used', 2],
    ],
  );
  assert.deepEqual([other.status, again.status], [201, 201]);
  assert.equal((await sara.get('/todos')).body.totalCount, 2);
});

test('todos that a user creates at the same time do not exceed the quota', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_TODOS_PER_USER: '3' } });
  const sara = app.signIn(read, write);

  const answers = await Promise.all(Array.from({ length: 20 }, () => sara.post('/todos', { description: 'x' })));

  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [...Array.from({ length: 3 }, () => 201), ...Array.from({ length: 17 }, () => 409)],
  );
  assert.equal((await sara.get('/todos')).body.totalCount, 3);
});

test('a label finds the same todos whether it is rare, common or missing, in each order, and none of somebody else', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [app.signIn(read, write), app.signIn(read, write)];
  const { pool } = app.database;
  // The rare label is on old todos, behind those by which a label is taken for common.
  await pool.query(
    `insert into todos.todo (id, owner_id, description, labels, priority, due_date)
     select ('0190' || lpad(to_hex(n), 4, '0') || '-0000-7000-8000-000000000000')::uuid, $1, 'todo ' || n,
       case when n % 2 = 0 then array['home'] else '{}' end || case when n <= 3 then array['Rare'] else '{}' end,
       (array['low', 'top'])[1 + n % 2], date '2026-01-01' + n
     from generate_series(1, 1500) n`,
    [sara.userId],
  );
  await reza.post('/todos', { description: 'his', labels: ['rare', 'home', 'secret'] });
  const found = async (query: string) => {
    const { body } = await sara.get(`/todos?${query}`);
    return [body.totalCount, body.items.map(({ description }: { description: string }) => description).slice(0, 3)];
  };

  const answers = {
    rare: await found('label=RARE'),
    rareByDate: await found('label=rare&sortBy=dueDate&sortOrder=asc'),
    rareAndOpen: await found('label=rare&isCompleted=true'),
    rareAndText: await found('label=rare&search=todo%202'),
    common: await found('label=home'),
    missing: await found('label=secret'),
  };

  assert.deepEqual(answers, {
    rare: [3, ['todo 3', 'todo 2', 'todo 1']],
    rareByDate: [3, ['todo 1', 'todo 2', 'todo 3']],
    rareAndOpen: [0, []],
    rareAndText: [1, ['todo 2']],
    common: [750, ['todo 1500', 'todo 1498', 'todo 1496']],
    missing: [0, []],
  });
});
