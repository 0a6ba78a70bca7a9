import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { createApp } from '../../app.ts';

const { TEST_PGBOUNCER_URL: pooler, TEST_POSTGRES_URL: server } = process.env;
const options = { skip: pooler && server ? false : 'TEST_PGBOUNCER_URL is not set' };
const SECRET = 'only-for-tests-only-for-tests-only-for-tests';
const PASSWORD = 'correct horse battery';

/** Nodes on one new and empty database, which they reach through the pooler. */
async function openNodes(t: TestContext, count: number): Promise<TestApp[]> {
  const name = `pooled_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name}`);
  const environment = {
    DATABASE_URL: at(pooler, name),
    DATABASE_DIRECT_URL: at(server, name),
    DATABASE_PREPARED: 'false',
  };
  const nodes = await Promise.all(Array.from({ length: count }, () => testApp(t, { environment })));
  t.after(() => onServer(`drop database ${name} with (force)`));
  return nodes;
}

function at(url = '', name: string): string {
  return Object.assign(new URL(url), { pathname: name }).href;
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Registers at one node, continues at the other, and waits for the background work. */
async function liveThrough(one: TestApp, other: TestApp) {
  const email = one.randomEmail();
  const person = { email, firstName: 'سارا', lastName: 'احمدی', password: PASSWORD };
  const registered = await one.anonymous.post('/users/register', person);
  const code = await codeFor(other, email);
  const verified = await other.anonymous.post('/users/verify-email', { email, code });
  const { body } = await one.anonymous.post('/users/login', { email, password: PASSWORD });
  const todo = await other.withToken(body.accessToken).post('/todos', { description: 'نان بخر' });
  const done = await one.withToken(body.accessToken).put(`/todos/${todo.body.id}/complete`);
  const mine = await other.withToken(body.accessToken).get('/todos');
  return [registered.status, verified.status, todo.status, done.status, mine.body.totalCount];
}

async function codeFor(app: TestApp, email: string): Promise<string> {
  for (const until = Date.now() + 20_000; Date.now() < until; await sleep(20)) {
    const mails: { text: string }[] = await app.mailbox(email);
    const code = mails.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).find(Boolean);
    if (code) return code;
  }
  throw new Error(`no code was sent to ${email}`);
}

test('two nodes behind a transaction pooler serve many clients at once', options, async (t) => {
  const [one, other] = (await openNodes(t, 2)) as [TestApp, TestApp];
  one.background.start();
  other.background.start();

  const lives = await Promise.all(Array.from({ length: 12 }, () => liveThrough(one, other)));
  await Promise.all([one.background.stop(5000), other.background.stop(5000)]);
  await one.drain();

  assert.deepEqual(new Set(lives.map(String)), new Set(['202,204,201,200,1']));
  const { rows } = await one.database.pool.query<{ events: number; failed: number }>(
    `select (select count(*) from platform.event) as events, (select count(*) from platform.work where queue = 'platform.inbox') as failed`,
  );
  assert.ok((rows[0]?.events ?? 0) >= 36);
  assert.equal(rows[0]?.failed, 0);
});

test('a permission that one node revokes is refused by the other at once, through a pooler too', options, async (t) => {
  const [one, other] = (await openNodes(t, 2)) as [TestApp, TestApp];
  one.background.start();
  const email = one.randomEmail();
  await one.anonymous.post('/users/register', { email, firstName: 'رضا', lastName: 'امینی', password: PASSWORD });
  await one.anonymous.post('/users/verify-email', { email, code: await codeFor(one, email) });
  const { body } = await one.anonymous.post('/users/login', { email, password: PASSWORD });
  const [here, there] = [one.withToken(body.accessToken), other.withToken(body.accessToken)];
  const before = [(await here.get('/users/me')).status, (await there.get('/users/me')).status];

  const { status } = await here.post('/users/sessions/revoke-all');
  const after = (await there.get('/users/me')).status;
  await one.background.stop(5000);

  assert.deepEqual([before, status, after], [[200, 200], 204, 401]);
});

test('a pooler as the only address is refused at the start, and the message says what to set', options, async () => {
  await assert.rejects(open({ DATABASE_URL: pooler, DATABASE_PREPARED: 'false' }), /Set DATABASE_DIRECT_URL/);
});

test(
  'a pooler that mixes up named statements is refused at the start, and the message says what to set',
  options,
  async () => {
    await assert.rejects(open({ DATABASE_URL: pooler, DATABASE_DIRECT_URL: server }), /Set DATABASE_PREPARED=false/);
  },
);

function open(environment: Record<string, string | undefined>) {
  const config = loadConfig({ BONYAN_SECRET: SECRET, ...environment });
  return createApp({ config, kind: 'command', log: createLog('silent') });
}
