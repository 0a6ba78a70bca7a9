import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '#platform/config/load.ts';
import { codeFor, login, member, MINUTE_MS, PASSWORD, subjects } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';
import { operationsOf } from '#testing/api/operations.ts';

const NAMES = { firstName: 'Sara', lastName: 'Amini' };
const SARA = 'sara@bücher.example';
/** The same address, as forms, programs and clipboards write it. */
const SPELLINGS = ['\u200fSARA@BÜCHER.example ', 'sara@xn--bcher-kva.example', 'sa\u200bra@bu\u0308cher。example'];
const [MARKED, ENCODED, JOINED] = SPELLINGS as [string, string, string];
const ALREADY = 'You already have an account at Bonyan';

/** Every field that takes a value with several spellings, by name, with the format that gives it one form. */
const FORMAT_OF: Record<string, RegExp> = {
  email: /^email$/,
  code: /^(one-time-code|factor-code)$/,
  language: /^language-tag$/,
};
/** Fields of such a name that hold something else. */
const OTHERS = new Set(['exchangeExternalCode code', 'POST /api/v1/users/oauth/exchange code']);

test('every input named email, code or language has the format that gives it one form', async (t) => {
  const app = await testApp(t);
  const inputs = operationsOf(app.openApi()).flatMap(({ name, body, query }) =>
    Object.entries<{ format?: string }>({ ...query, ...body?.['properties'] }).map(([field, schema]) => ({
      field,
      at: `${name} ${field}`,
      format: schema.format ?? '',
    })),
  );

  const found = inputs.filter(({ field, at }) => field in FORMAT_OF && !OTHERS.has(at));

  assert.ok(found.length > 15);
  for (const { field, at, format } of found) assert.match(format, FORMAT_OF[field] ?? /never/, at);
});

test('every spelling of an address is one account, in every place where an address enters', async (t) => {
  const identity = { email: ENCODED, email_verified: true, given_name: 'Sara' };
  const { app } = await appWithProvider(t, { sara: identity });
  await app.anonymous.post('/users/register', { email: MARKED, ...NAMES, password: PASSWORD });
  const verified = await app.anonymous.post('/users/verify-email', {
    email: ENCODED,
    code: await codeFor(app, JOINED),
  });
  const { body: signedIn } = await login(app, JOINED);
  const sara = { id: signedIn.user.id as string, ...app.withToken(signedIn.accessToken) };
  const other = await member(app);
  const admin = everything(app);
  const count = async () => (await subjects(app, SARA)).length;
  const reset = async (asked: string, given: string, newPassword: string) => {
    app.pass(MINUTE_MS);
    await app.anonymous.post('/users/forgot-password', { email: asked });
    const body = { email: given, code: await codeFor(app, ENCODED), newPassword };
    return (await app.anonymous.post('/users/reset-password', body)).status;
  };
  const places: Record<string, () => Promise<unknown>> = {
    'sign-in': async () => assert.equal((await login(app, ENCODED)).body.user.id, sara.id),
    registration: async () => {
      app.pass(MINUTE_MS);
      await app.anonymous.post('/users/register', {
        email: ENCODED,
        ...NAMES,
        password: 'a password of somebody else',
      });
      assert.equal((await subjects(app, SARA))[0], ALREADY);
    },
    'a code that is asked for again': async () => {
      const before = await count();
      await app.anonymous.post('/users/resend-verification-code', { email: JOINED });
      assert.equal(await count(), before); // verified already
    },
    'a change of the address': async () => {
      app.pass(MINUTE_MS);
      const { status } = await other.post('/users/change-email', { email: ENCODED });
      assert.deepEqual([status, (await subjects(app, SARA))[0]], [202, ALREADY]);
    },
    'an invitation': async () =>
      assert.equal((await admin.post('/users', { email: JOINED, ...NAMES })).body.code, 'users.email_taken'),
    'the command line': () => {
      const registration = { email: MARKED, ...NAMES, password: PASSWORD };
      const made = app.users.createAdministrator(registration, { onlyFirst: false });
      return assert.rejects(made, { code: 'users.email_taken' });
    },
    'the first administrator of the settings': async () => {
      const environment = { BONYAN_ADMIN_EMAIL: ENCODED, BONYAN_ADMIN_PASSWORD: PASSWORD };
      assert.equal(loadConfig(environment).adminEmail, SARA);
    },
    'another provider': async () => assert.equal((await newBrowser(app).signIn()).body.user.id, sara.id),
    'a search of accounts': async () => {
      const { body } = await admin.get(`/users?search=${encodeURIComponent(ENCODED)}`);
      assert.deepEqual(
        body.items.map(({ id }: { id: string }) => id),
        [sara.id],
      );
    },
    'the recipient of a message': async () => {
      const message = { channel: 'email', recipient: JOINED, subject: 'Hello', body: 'Hello' };
      const { body } = await admin.post('/notifications', message);
      assert.equal((await sara.get(`/notifications/${body.id}`)).status, 403, 'an account may not read messages');
      const { rows } = await app.database.pool.query('select user_id from notifications.message where id = $1', [
        body.id,
      ]);
      assert.equal(rows[0]?.userId, sara.id);
    },
    'the target of a route': async () => {
      const target = { channel: 'email', recipient: ENCODED };
      const route = { severity: 'high', roles: [], userIds: [], channels: [], targets: [target] };
      const { body } = await admin.put('/notifications/routing', { routes: [route] });
      assert.equal(
        body.routes.find(({ severity }: { severity: string }) => severity === 'high').targets[0].recipient,
        SARA,
      );
    },
    'suppressions, preferences and limits of a recipient': async () => {
      for (const recipient of [SARA, ...SPELLINGS])
        await admin.post('/notifications', { channel: 'email', recipient, subject: 'Again', body: 'Hello' });
      const sql =
        "select count(distinct recipient_hash) n from notifications.message where user_id = $1 and channel = 'email'";
      const { rows } = await app.database.pool.query(sql, [sara.id]);
      assert.equal(Number(rows[0]?.n), 1);
    },
    'a reset': async () => {
      assert.equal(await reset(JOINED, ENCODED, 'the second password of all'), 204);
      assert.equal(await reset(ENCODED, MARKED, 'the third password of all'), 204);
    },
    'the limit of wrong passwords': async () => {
      for (let guess = 0; guess < 5; guess++) await login(app, SPELLINGS[guess % 3] ?? '', `wrong password ${guess}`);
      const { body } = await login(app, SARA, 'the third password of all');
      assert.equal(body.code, 'users.credentials_invalid');
    },
  };

  assert.deepEqual([verified.status, signedIn.user.email], [204, SARA]);
  for (const [place, holds] of Object.entries(places)) await t.test(place, async () => void (await holds()));
  const { rows } = await app.database.pool.query("select email from users.user where email like 'sa%'");
  assert.deepEqual(rows, [{ email: SARA }]);
});
