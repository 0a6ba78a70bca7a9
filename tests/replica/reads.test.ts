import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { definePermission, system } from '#kernel/access.ts';
import type { OwnNeeds } from '../../src/bonyan.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import type { Module } from '#platform/module.ts';
import { openRequestScope } from '#platform/database/requests/request-scope.ts';
import { member } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { eventually, lastFirst } from '#testing/servers/streaming-replica.ts';
import { answered, healthOf, openPair, untilUsed } from './pair.ts';

const { read, write } = todoPermissions;
const bounded = { timeout: 120_000 };
let pair: Awaited<ReturnType<typeof openPair>>;
const closing: (() => unknown)[] = [];

before(async () => {
  pair = await openPair({ after: (hook: () => unknown) => void closing.push(hook) } as unknown as TestContext);
});
after(async () => {
  for (const close of closing) await close();
});

/** While `work` runs, the replica receives changes and shows none of them. */
async function paused<R>(work: () => Promise<R>): Promise<R> {
  await pair.replica.ask('select pg_wal_replay_pause()');
  await eventually(
    async () => (await pair.replica.ask('select pg_get_wal_replay_pause_state()')) === 'paused',
    'replay is paused',
  );
  try {
    return await work();
  } finally {
    await pair.replica.ask('select pg_wal_replay_resume()');
  }
}

test('lists come from a replica that has caught up', bounded, async () => {
  const { app } = pair;
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'x' });
  await untilUsed(app, () => sara.get('/todos'));

  const used = answered(app);
  const { body } = await sara.get('/todos');

  assert.deepEqual([body.items[0].id, answered(app) > used], [todo.id, true]);
  assert.equal((await healthOf(app))?.status, 'healthy');
});

test('a write is in the very next read, whether the replica has it or not', bounded, async () => {
  const { app } = pair;
  const sara = app.signIn(read, write);
  const missed: string[] = [];
  async function writeAndRead(): Promise<void> {
    const { body: todo } = await sara.post('/todos', { description: 'x' });
    const { body } = await sara.get('/todos');
    if (body.items[0].id !== todo.id) missed.push(todo.id);
  }

  for (let at = 0; at < 100; at++) await writeAndRead();
  await paused(async () => {
    for (let at = 0; at < 20; at++) await writeAndRead();
  });

  assert.deepEqual(missed, []);
});

test(
  'what another person changed through another node is seen at once, and does not go away again',
  bounded,
  async () => {
    const { app, primary, open } = pair;
    const other = await open(primary.url);
    const [ali, sara] = [app, other].map((node) => node.signIn(authorizationPermissions.manage));
    const names = async () =>
      (await sara?.get('/authorization/roles?pageSize=100'))?.body.items.map(({ name }: { name: string }) => name);
    const seen: boolean[] = [];

    await paused(async () => {
      const { status } = (await ali?.post('/authorization/roles', { name: 'librarian' })) ?? {};
      assert.equal(status, 201);
      for (let at = 0; at < 5; at++) seen.push((await names()).includes('librarian'));
    });
    for (let at = 0; at < 20; at++) seen.push((await names()).includes('librarian'));

    assert.deepEqual([...new Set(seen)], [true]);
  },
);

test('a session that was ended is refused at the next request, while the replica still has it', bounded, async () => {
  const { app } = pair;
  const sara = await member(app);
  await untilUsed(app, () => sara.get('/users/sessions'));

  const [ended, next] = await paused(async () => [
    await sara.post('/users/sessions/revoke-all'),
    await sara.get('/users/sessions'),
  ]);

  assert.deepEqual([ended?.status, next?.status], [204, 401]);
});

test('decisions, and reads after the request has begun a unit, come from the primary', bounded, async () => {
  const { database } = pair.app;
  const db = database.forModule<never>();
  const where = async () => (await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(db.read)).rows[0]?.is;
  const scope = Object.assign(openRequestScope(), { isReading: true });
  await untilUsed(pair.app, () => pair.app.signIn(read).get('/todos'));

  const found = await database.scopes.run(scope, async () => [
    await where(),
    await database.scopes.decide(where),
    await db.write(system('probe'), where),
    await where(),
  ]);

  assert.deepEqual(found, [true, false, false, false]);
  assert.equal(await where(), false); // outside a request
});

test('a request that goes on sees what was acknowledged since it came', bounded, async () => {
  const { database } = pair.app;
  const db = database.forModule<never>();
  const where = async () => (await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(db.read)).rows[0]?.is;
  let scope = openRequestScope();
  await eventually(async () => {
    scope = Object.assign(openRequestScope(), { isReading: true });
    return (await database.scopes.run(scope, where)) === true;
  }, 'the replica answers it');

  await paused(async () => {
    await pair.app.signIn(write).post('/todos', { description: 'x' });
    const isOnPrimary = async () => (await database.scopes.run(scope, where)) === false;
    await eventually(isOnPrimary, 'it reads from the primary');
  });
});

const shopRead = definePermission('shop.read', 'See the shop', { grantedTo: ['user'] });

async function* endless(): AsyncGenerator<string> {
  for (;;) {
    await setTimeout(50); // bytes that come as from a slow storage
    yield 'x';
  }
}

/** Answers without end; the request has read before, and tells where. */
const createShop = ({ db }: Pick<OwnNeeds, 'db'>): Module => ({
  name: 'shop',
  permissions: [shopRead],
  texts: { errors: {}, permissions: { 'shop.read': 'دیدن فروشگاه' } },
  privacy: { export: async () => null, erase: async () => {} },
  routes: async (http) =>
    void http.get('/shop', { config: { access: shopRead }, schema: { hide: true } }, async (_, reply) => {
      const { rows } = await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(db.read);
      return reply.header('x-replica', String(rows[0]?.is)).send(Readable.from(endless()));
    }),
});

test(
  'bytes stop leaving when their session or API key ends, while the replica still has it',
  bounded,
  async (parent) => {
    const t = lastFirst(parent);
    const environment = { DATABASE_REPLICA_URL: pair.replicaUrl };
    const app = await testApp(t, { databaseUrl: pair.primary.url, environment, ownModules: [createShop] });
    const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
    const sara = await member(app);
    const { body: key } = await sara.post('/users/api-keys', { name: 'reader', scopes: [shopRead.code] });
    const answers: IncomingMessage[] = [];
    for (const token of [key.key, sara.tokens.accessToken])
      await eventually(async () => {
        const headers = { authorization: `Bearer ${token}` };
        const [answer] = (await once(get(`${origin}/api/v1/shop`, { headers }), 'response')) as [IncomingMessage];
        const isThere = answer.headers['x-replica'] === 'true';
        if (isThere) answers.push(answer.resume());
        else answer.destroy();
        return isThere;
      }, 'the replica answers the first read of the request');

    await paused(async () => {
      const statuses = [
        (await sara.delete(`/users/api-keys/${key.id}`)).status,
        (await sara.post('/users/sessions/revoke-all')).status,
      ];
      await Promise.all(answers.map(async (answer) => answer.closed || once(answer, 'close').catch(() => {})));

      assert.deepEqual(statuses, [204, 204]);
      assert.deepEqual(
        answers.map(({ complete }) => complete),
        [false, false],
      );
    });
  },
);

test(
  'a statement that the replica refuses is answered by the primary, and the replica stays in use',
  bounded,
  async () => {
    const { database } = pair.app;
    const db = database.forModule<never>();
    const scope = Object.assign(openRequestScope(), { isReading: true });

    const { rows } = await database.scopes.run(scope, () =>
      sql<{ is: boolean }>`select pg_is_in_recovery() as is from todos.todo limit 1 for update`.execute(db.read),
    );

    assert.deepEqual(rows, [{ is: false }]);
    await untilUsed(pair.app, () => pair.app.signIn(read).get('/todos'));
  },
);

test('a server that is no replica of this database is never read, and health says so', bounded, async (parent) => {
  const t = lastFirst(parent);
  const stranger = await testApp(t);
  const app = await testApp(t, { environment: { DATABASE_REPLICA_URL: stranger.databaseUrl } });
  const sara = app.signIn(read, write);

  const [listed, health, isReady] = [await sara.get('/todos'), await healthOf(app), await app.health.isReady()];

  assert.deepEqual([listed.status, health?.status, isReady, answered(app)], [200, 'unhealthy', true, 0]);
  assert.match(String(health?.lastError), /not a replica/);
});
