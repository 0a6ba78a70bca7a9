import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { fillPath, operationsOf } from '#testing/api/operations.ts';
import { createApp } from '../../../app.ts';
import { everything } from '#testing/authorization.ts';
import { actionsOf, login, member, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';

test('every route with recent authentication refuses an old session, before it validates the input', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const makeAdministrator = (unit: AnyUnit) => app.authorization.makeAdministrator(unit, sara.id);
  await app.database.units.write(system('users'), makeAdministrator); // so that no permission is missing
  app.pass(11 * MINUTE_MS);
  const operations = operationsOf(app.openApi()).filter((operation) => operation.isRecent);

  for (const operation of operations)
    await t.test(operation.name, async () => {
      const { method } = operation;
      const headers = { authorization: `Bearer ${sara.tokens.accessToken}` };
      const response = await app.http.inject({ method, url: fillPath(operation, {}), headers });
      const problem = response.json();

      assert.deepEqual([response.statusCode, problem.code], [403, 'users.step_up_required']);
      assert.deepEqual(problem.methods, ['password']);
      assert.ok(operation.codes.has('users.step_up_required'));
    });

  assert.ok(operations.length > 0);
});

test('a session is recent for ten minutes after signing in, and again after a step-up, on the very next request', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const change = async () => (await sara.post('/users/change-email', { email: app.randomEmail() })).status;

  const fresh = await change();
  app.pass(10 * MINUTE_MS);
  const old = await change();
  const reauthenticated = await sara.post('/users/step-up', { password: PASSWORD });
  const again = await change();

  assert.deepEqual([fresh, old, reauthenticated.status, again], [202, 403, 204, 202]);
  assert.ok((await actionsOf(app, sara.id)).includes('users.stepped_up'));
});

test('refreshing does not authenticate again', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  app.pass(10 * MINUTE_MS);

  const { body } = await app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken });
  const answer = await app.withToken(body.accessToken).post('/users/change-email', { email: app.randomEmail() });

  assert.equal(answer.body.code, 'users.step_up_required');
});

test('a step-up is for one session only', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { body: other } = await login(app, sara.email);
  app.pass(10 * MINUTE_MS);

  await sara.post('/users/step-up', { password: PASSWORD });
  const answer = await app.withToken(other.accessToken).post('/users/change-email', { email: app.randomEmail() });

  assert.equal(answer.body.code, 'users.step_up_required');
});

test('twenty concurrent wrong passwords count as twenty: after ten within an hour the right one is not checked', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const stepUp = (password: string) => sara.post('/users/step-up', { password });

  const wrong = await Promise.all(Array.from({ length: 20 }, () => stepUp('not the password')));
  const right = await stepUp(PASSWORD);
  const elsewhere = await login(app, sara.email);
  app.pass(60 * MINUTE_MS);
  const { body } = await login(app, sara.email);
  const later = await app.withToken(body.accessToken).post('/users/step-up', { password: PASSWORD });

  assert.equal(wrong.filter((answer) => answer.body.code === 'users.credentials_invalid').length, 10);
  assert.deepEqual([right.status, right.body.code], [429, 'users.factor_blocked']);
  assert.ok(Number(right.headers['retry-after']) > 3500);
  assert.deepEqual([elsewhere.status, later.status], [200, 204]);
});

/** Another server over the same database, with its own cache of sessions. */
async function secondNode(t: TestContext, { databaseUrl, now }: TestApp) {
  const environment = { DATABASE_URL: databaseUrl, BONYAN_SECRET: SECRET, BONYAN_MAX_LOOP_DELAY_MS: '0' };
  const node = await createApp({ config: loadConfig(environment), kind: 'serve', log: createLog('silent'), now });
  await node.prepare();
  const { http } = await node.createServer();
  t.after(async () => {
    await http.close();
    await node.close();
  });
  return http;
}

test('a step-up takes effect with the next request on another node, which has cached the old state', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const other = await secondNode(t, app);
  const headers = { authorization: `Bearer ${sara.tokens.accessToken}` };
  const ask = () => other.inject({ method: 'POST', url: '/api/v1/users/mfa/totp', headers });
  app.pass(10 * MINUTE_MS);

  const statuses = [];
  for (let round = 0; round < 3; round++) {
    statuses.push((await ask()).statusCode);
    await sara.post('/users/step-up', { password: PASSWORD });
    statuses.push((await ask()).statusCode);
    app.pass(10 * MINUTE_MS);
    const renewed = await app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken });
    sara.tokens.refreshToken = renewed.body.refreshToken;
    headers.authorization = `Bearer ${renewed.body.accessToken}`;
    Object.assign(sara, app.withToken(renewed.body.accessToken));
  }

  assert.deepEqual(statuses, [403, 200, 403, 200, 403, 200]);
});

test('a session that ends between its own check and that of its proof is answered as signed out', async (t) => {
  const ends: Record<string, (app: TestApp, sara: Awaited<ReturnType<typeof member>>) => Promise<{ status: number }>> =
    {
      'signs out': (_, { tokens, post }) => post('/users/revoke', { refreshToken: tokens.refreshToken }),
      'is signed out by an operator': (app, { id }) => everything(app).delete(`/users/${id}/sessions`),
      'is disabled': (app, { id }) => everything(app).put(`/users/${id}`, { status: 'disabled' }),
    };
  for (const [how, end] of Object.entries(ends))
    await t.test(how, async (inner) => {
      const app = await testApp(inner);
      const sara = await member(app);
      const { body } = await sara.get('/users/sessions');
      const actor = { ...system('users'), id: sara.id, sessionId: body.items[0].id as string };

      const { status } = await end(app, sara);

      assert.ok(status < 300, String(status));
      await assert.rejects(async () => app.users.stepUp.demand(actor), { code: 'http.not_signed_in' });
    });
});
