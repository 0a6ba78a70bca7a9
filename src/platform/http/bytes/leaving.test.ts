import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { definePermission, type Access } from '#kernel/access.ts';
import type { Module } from '#platform/module.ts';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';

type Member = Awaited<ReturnType<typeof member>>;

const read = definePermission('shop.read', 'See the shop', { grantedTo: ['user'] });

async function* endless(): AsyncGenerator<string> {
  for (;;) {
    await setTimeout(50); // bytes that come as from a slow storage
    yield 'x';
  }
}

/** Answers that have no end: whatever of them leaves may be stopped by the server alone. */
const shop: Module = {
  name: 'shop',
  permissions: [read],
  texts: { errors: {}, permissions: { 'shop.read': 'دیدن فروشگاه' } },
  privacy: { export: async () => null, erase: async () => {} },
  routes: async (http) => {
    const answer = (url: string, config: { access: Access; apiKeys?: 'taken' }) =>
      http.get(url, { config, schema: { hide: true } }, (_, reply) => reply.send(Readable.from(endless())));
    answer('/shop/own', { access: 'user', apiKeys: 'taken' });
    answer('/shop/all', { access: read });
    answer('/shop/open', { access: 'public' });
  },
};

async function start(t: TestContext) {
  const app = await testApp(t, { ownModules: [() => shop] });
  const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
  const open = async (path: string, token: string): Promise<IncomingMessage> => {
    const [answer] = await once(
      get(`${origin}/api/v1/shop/${path}`, { headers: { authorization: `Bearer ${token}` } }),
      'response',
    );
    assert.equal((answer as IncomingMessage).statusCode, 200, path);
    return (answer as IncomingMessage).resume();
  };
  return { app, open };
}

/** Resolves when the server has broken the answer off; a test that waits for ever is stopped by its time limit. */
async function brokenOff(answer: IncomingMessage): Promise<boolean> {
  if (!answer.closed) await once(answer, 'close').catch(() => {}); // it comes with an error
  return !answer.complete;
}

const ends: Record<string, (app: TestApp, sara: Member) => Promise<unknown>> = {
  'signs out': (_, { tokens, post }) => post('/users/revoke', { refreshToken: tokens.refreshToken }),
  'is signed out by an operator': (app, { id }) => everything(app).delete(`/users/${id}/sessions`),
  'is disabled': (app, { id }) => everything(app).put(`/users/${id}`, { status: 'disabled' }),
};

for (const [how, end] of Object.entries(ends))
  test(`every answer that is still leaving breaks off when its reader ${how}`, async (t) => {
    const { app, open } = await start(t);
    const sara = await member(app);
    const answers = await Promise.all(['own', 'all'].map((path) => open(path, sara.tokens.accessToken)));

    const ended: { status: number } = (await end(app, sara)) as never;

    assert.ok(ended.status < 300, String(ended.status));
    assert.deepEqual(await Promise.all(answers.map(brokenOff)), [true, true]);
  });

test('an answer breaks off when its reader has lost the permission, or the API key; others go on', async (t) => {
  const { app, open } = await start(t);
  const sara = await member(app);
  const { body: key } = await sara.post('/users/api-keys', { name: 'reader', scopes: ['shop.read'] });
  const own = await open('own', sara.tokens.accessToken);
  const [all, byKey, ownByKey] = [
    await open('all', sara.tokens.accessToken),
    await open('all', key.key),
    await open('own', key.key),
  ];

  await sara.delete(`/users/api-keys/${key.id}`);
  assert.deepEqual([await brokenOff(byKey), await brokenOff(ownByKey)], [true, true]);
  assert.equal(all.closed, false);

  await everything(app).post('/authorization/deny-permission', { userId: sara.id, permissionCode: 'shop.read' });
  assert.equal(await brokenOff(all), true);
  assert.equal(own.closed, false);
  own.destroy();
});

test('an answer to everybody, and one whose token has expired meanwhile, go on', async (t) => {
  const { app, open } = await start(t);
  const sara = await member(app);
  const reza = await member(app);
  const answers = [await open('open', reza.tokens.accessToken), await open('own', sara.tokens.accessToken)];
  const lost = await open('own', reza.tokens.accessToken);

  app.pass(20 * 60_000);
  assert.equal((await sara.get('/users/me')).status, 401);
  await everything(app).delete(`/users/${reza.id}/sessions`);
  await brokenOff(lost); // the checks have run

  assert.deepEqual(
    answers.map(({ closed }) => closed),
    [false, false],
  );
  for (const answer of answers) answer.destroy();
});
