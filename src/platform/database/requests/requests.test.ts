import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import pg from 'pg';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { system } from '#kernel/access.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { openPool } from '../pool.ts';
import { createRequestPool } from './request-pool.ts';
import { createRequestScopes, openRequestScope } from './request-scope.ts';
import { createShares } from './shares.ts';

const { read, write } = todoPermissions;
const WAITED_MS = 20_000; // for what takes milliseconds on an idle machine
const SHARE = 2; // of the five connections of a test

/** Holds the table of todos, so that every statement over it waits. */
async function holdTodos(t: TestContext, { databaseUrl }: TestApp): Promise<pg.Client> {
  const holder = new pg.Client({ connectionString: databaseUrl });
  holder.on('error', () => {}); // the database is dropped before it ends
  await holder.connect();
  t.after(() => holder.end());
  await holder.query('begin; lock table todos.todo in access exclusive mode');
  return holder;
}

/** Resolves when so many statements wait for a lock. */
async function untilWaiting({ database }: TestApp, count: number): Promise<void> {
  const endsMs = performance.now() + WAITED_MS;
  for (;;) {
    const { rows } = await database.pool.query<{ waiting: number }>(
      `select count(*) as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows[0]?.waiting === count) return;
    assert.ok(performance.now() < endsMs, `${rows[0]?.waiting} statements wait and not ${count}`);
  }
}

const CALLS: Record<string, (sara: ReturnType<TestApp['signIn']>, id: string) => ReturnType<typeof sara.get>> = {
  'a list': (sara) => sara.get('/todos'),
  'a search': (sara) => sara.get('/todos?search=bread'),
  'a row': (sara, id) => sara.get(`/todos/${id}`),
  'a change': (sara, id) => sara.patch(`/todos/${id}`, { description: 'x' }),
};

for (const [title, environment, code] of [
  ['statement', { BONYAN_STATEMENT_TIMEOUT_MS: '200' }, 'database.timeout'],
  ['wait for a lock', { BONYAN_LOCK_TIMEOUT_MS: '200' }, 'database.locked'],
] as const)
  test(`a ${title} of a request ends with its time-out, and the request with 503`, async (t) => {
    const app = await testApp(t, { environment });
    const sara = app.signIn(read, write);
    const { body: todo } = await sara.post('/todos', { description: 'bread' });
    const holder = await holdTodos(t, app);

    for (const [name, call] of Object.entries(CALLS)) {
      const { status, body, headers } = await call(sara, todo.id);
      assert.deepEqual([status, body.code], [503, code], name);
      assert.ok(Number(headers['retry-after']) > 0, name);
    }
    await untilWaiting(app, 0);
    await holder.query('rollback');
    assert.equal((await sara.get(`/todos/${todo.id}`)).body.description, 'bread');
  });

test('the statement of a client that disconnects is cancelled, outside a unit and in one', async (t) => {
  const app = await testApp(t, {
    environment: { BONYAN_LOCK_TIMEOUT_MS: '600000', BONYAN_STATEMENT_TIMEOUT_MS: '600000' },
  });
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'bread' });
  const url = `${await app.http.listen({ host: '127.0.0.1', port: 0 })}/api/v1/todos`;
  const holder = await holdTodos(t, app);
  const headers = { 'x-test-caller': sara.userId, 'content-type': 'application/json' };

  for (const [path, init] of [
    ['', {}],
    ['?search=bread', {}],
    [`/${todo.id}`, { method: 'PATCH', body: '{"description":"x"}' }],
  ] as const) {
    const client = new AbortController();
    const answer = fetch(url + path, { ...init, headers, signal: client.signal }).catch(() => 'disconnected');
    await untilWaiting(app, 1);
    client.abort();
    await untilWaiting(app, 0);
    assert.equal(await answer, 'disconnected');
  }
  await holder.query('rollback');
  assert.equal((await sara.get(`/todos/${todo.id}`)).body.description, 'bread');
});

test('a request that is given up has its statement cancelled, and sends no other', async (t) => {
  const app = await testApp(t);
  const scopes = createRequestScopes();
  const pool = openPool({ url: app.databaseUrl, size: 1, isPrepared: true });
  t.after(() => pool.close());
  const requests = createRequestPool({ pool, scopes, size: 1, limits: { statementMs: 60_000, lockMs: 60_000 } });
  const scope = openRequestScope();

  await scopes.run(scope, async () => {
    const sleeping = requests.query('select pg_sleep(60)');
    setTimeout(() => scope.giveUp(), 200);
    await assert.rejects(sleeping, { code: 'database.timeout' });
    await assert.rejects(requests.query('select 1'), { code: 'database.timeout' });
  });

  const { rows } = await pool.query<{ ms: string }>(`select current_setting('statement_timeout') as ms`);
  assert.deepEqual(rows, [{ ms: '0' }]); // the same connection works on, without the limits of requests
});

test('one caller uses a third of the pool; others wait, at most a hundred, and other callers do not', async (t) => {
  const app = await testApp(t, {
    environment: { BONYAN_LOCK_TIMEOUT_MS: '600000', BONYAN_STATEMENT_TIMEOUT_MS: '600000' },
  });
  const sara = app.signIn(read, write);
  const ali = app.signIn(authorizationPermissions.manage);
  const holder = await holdTodos(t, app);

  const calls = Array.from({ length: SHARE + 101 }, () => sara.get('/todos'));
  await untilWaiting(app, SHARE);
  const first = await Promise.race(calls);
  const other = await ali.get('/authorization/roles');
  await holder.query('rollback');
  const answers = Map.groupBy(await Promise.all(calls), ({ status }) => status);

  assert.deepEqual([first.status, first.body.code], [429, 'database.share_used']);
  assert.ok(Number(first.headers['retry-after']) > 0);
  assert.equal(other.status, 200);
  assert.ok((answers.get(429)?.length ?? 0) >= 1 && (answers.get(200)?.length ?? 0) >= SHARE);
  assert.equal((await sara.get('/todos')).status, 200);
});

test('a request that holds a connection gets another one although its caller has used the share', async () => {
  const shares = createShares(1, 50);
  const [first, second] = [openRequestScope(), openRequestScope()];
  first.caller = second.caller = 'sara';

  const leave = await shares.enter(first);
  const leaveNested = await shares.enter(first);
  await assert.rejects(shares.enter(second), { code: 'database.share_used' });
  const waiting = shares.enter(second);
  leave();
  leaveNested();

  (await waiting)();
});

test('what a request starts and does not wait for runs without its limits', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const seen: unknown[] = [];
  app.database.onCommitted(() => seen.push(app.database.scopes.current()));

  await sara.post('/todos', { description: 'x' });

  const { rows } = await app.database.units.write(system('todos'), async ({ tx }) =>
    tx.executeQuery<{ ms: string }>({ sql: `select current_setting('lock_timeout') as ms`, parameters: [] } as never),
  );
  assert.deepEqual([seen, rows], [[undefined], [{ ms: '0' }]]);
});
