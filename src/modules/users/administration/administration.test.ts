import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { authorizationPermissions, authorizationErrors } from '#modules/authorization/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userPermissions } from '../contract.ts';
import {
  actionsOf,
  codeFor,
  eventsOf,
  linkFor,
  login,
  member,
  MINUTE_MS,
  PASSWORD,
  subjects,
} from '#testing/accounts.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;

/** An administrator, signed in. */
async function administrator(app: TestApp) {
  const person = { email: app.randomEmail(), password: PASSWORD, firstName: 'Mina', lastName: 'Kia' };
  const created = await app.users.createAdministrator(person, { onlyFirst: false });
  const { body } = await login(app, person.email);
  return { id: created?.id ?? '', email: person.email, ...app.withToken(body.accessToken) };
}

test('an invited user sets a password by the link, which verifies the address, once', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const email = app.randomEmail();
  const roles = ['admin'];

  const invited = await admin.post('/users', { email, firstName: 'Ali', lastName: 'Rad', language: 'fa', roles });
  const early = await login(app, email);
  const token = await linkFor(app, email);
  const accept = (newPassword: string) => app.anonymous.post('/users/accept-invitation', { token, newPassword });
  const weak = await accept('passwordpassword');
  const both = await Promise.all([accept(PASSWORD), accept('a wholly new password')]);
  const again = await accept(PASSWORD);
  const { body: seen } = await admin.get(`/users/${invited.body.id}`);

  assert.deepEqual([invited.status, invited.body.status, invited.body.roles], [201, 'pending', ['admin', 'user']]);
  assert.equal(invited.headers['location'], `/api/v1/users/${invited.body.id}`);
  assert.deepEqual([early.status, weak.body.rule, again.body.code], [401, 'common', 'users.link_invalid']);
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([204, 400]));
  assert.deepEqual([seen.status, seen.roles, typeof seen.emailVerifiedAt], ['active', ['admin', 'user'], 'string']);
  assert.equal((await subjects(app, email))[0], 'به بنیان دعوت شده‌اید');
});

test('an invitation lasts a week, can be sent again, and a taken address is refused', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const email = app.randomEmail();
  const person = { email, firstName: 'Ali', lastName: 'Rad' };
  const { body: invited } = await admin.post('/users', person);
  const first = await linkFor(app, email);
  app.pass(7 * DAY_MS);
  const accept = (token: string) => app.anonymous.post('/users/accept-invitation', { token, newPassword: PASSWORD });

  const late = await accept(first);
  const taken = await app.signIn(userPermissions.access).post('/users', { ...person, email: email.toUpperCase() });
  const anew = await app.signIn(userPermissions.access, ...everyPermission(app)).post(`/users/${invited.id}/reset`);
  const fresh = await accept(await linkFor(app, email));

  assert.deepEqual([late.body.code, taken.body.code], ['users.link_invalid', 'users.email_taken']);
  assert.deepEqual([anew.status, fresh.status], [204, 204]);
});

test('an invitation survives a code that is sent again, also one that was used, until a password is set', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const email = app.randomEmail();
  await admin.post('/users', { email, firstName: 'Ali', lastName: 'Rad' });
  const token = await linkFor(app, email);
  await app.anonymous.post('/users/resend-verification-code', { email });
  await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
  const accept = (newPassword: string) => app.anonymous.post('/users/accept-invitation', { token, newPassword });

  const accepted = await accept(PASSWORD);
  const again = await accept('a wholly new password');

  assert.deepEqual([accepted.status, again.body.code], [204, 'users.link_invalid']);
  assert.equal((await login(app, email)).status, 200);
});

function everyPermission(app: TestApp) {
  return app.modules.flatMap(({ permissions = [] }) => permissions);
}

test('accounts are found by address and name, filtered by state, sorted, and paged without a gap', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  for (const [index, lastName] of ['Zand', 'Amini', 'كيا', 'Moradi', 'Amini'].entries())
    await admin.post('/users', { email: `person-${index}@example.com`, firstName: 'سارا', lastName });
  const ids = (query: string) =>
    admin.get(`/users?${query}`).then(({ body }) => body.items.map(({ email }: { email: string }) => email));

  const byName = await admin.get('/users?search=%DA%A9%DB%8C%D8%A7'); // کیا, typed with Persian letters
  const pending = await admin.get('/users?status=pending&pageSize=2');
  const next = await admin.get(`/users?status=pending&pageSize=2&cursor=${pending.body.nextCursor}`);
  const sorted = await admin.get('/users?sortBy=lastName&sortOrder=asc&pageSize=3');
  const rest = await admin.get(`/users?sortBy=lastName&sortOrder=asc&cursor=${sorted.body.nextCursor}`);

  assert.deepEqual(
    byName.body.items.map(({ email }: { email: string }) => email),
    ['person-2@example.com'],
  );
  assert.deepEqual(await ids('search=PERSON-3'), ['person-3@example.com']);
  assert.deepEqual([pending.body.totalCount, pending.body.items.length, next.body.items.length], [5, 2, 2]);
  const all = [...sorted.body.items, ...rest.body.items];
  assert.equal(new Set(all.map(({ id }: { id: string }) => id)).size, 6);
  assert.deepEqual(
    all.slice(0, 2).map(({ lastName }: { lastName: string }) => lastName),
    ['Amini', 'Amini'],
  );
  assert.deepEqual([(await ids('status=active')).length, (await ids('status=disabled')).length], [1, 0]);
});

test('names change with If-Match, and a version that is not the current one is refused', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  const before = await admin.get(`/users/${sara.id}`);
  const etag = String(before.headers['etag']);
  const rename = (firstName: string) => admin.put(`/users/${sara.id}`, { firstName }, { 'if-match': etag });

  const first = await rename('Zahra');
  const second = await rename('Other');

  assert.deepEqual([first.status, first.body.firstName, first.body.lastName], [200, 'Zahra', 'Amini']);
  assert.deepEqual([second.status, second.body.code], [412, 'http.precondition_failed']);
});

test('disabling ends sessions, refresh and keys immediately, and enabling restores the account', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  const { body: made } = await sara.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] });
  const key = app.withToken(made.key);
  await Promise.all([sara.get('/users/me'), key.get('/todos')]);

  const disabled = await admin.put(`/users/${sara.id}`, { status: 'disabled' });
  const answers = [
    await sara.get('/users/me'),
    await key.get('/todos'),
    await app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken }),
    await login(app, sara.email, 'not the password'),
    await login(app, sara.email),
    await admin.post(`/users/${sara.id}/reset`),
  ];
  const enabled = await admin.put(`/users/${sara.id}`, { status: 'active' });

  assert.deepEqual([disabled.body.status, enabled.body.status], ['disabled', 'active']);
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [401, 'http.not_signed_in'],
      [401, 'http.not_signed_in'],
      [401, 'users.refresh_invalid'],
      [401, 'users.credentials_invalid'],
      [403, 'users.disabled'],
      [409, 'users.not_active'],
    ],
  );
  assert.deepEqual([(await login(app, sara.email)).status, (await key.get('/todos')).status], [200, 200]);
});

test("an administrator's lock ends sessions and refresh, answers as a wrong password would, and ends by itself", async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  const until = (ms: number) => ({ lockedUntil: new Date(app.now().getTime() + ms).toISOString() });
  await sara.get('/users/me');

  const locked = await admin.put(`/users/${sara.id}`, until(MINUTE_MS));
  const answers = [
    await sara.get('/users/me'),
    await app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken }),
    await app.anonymous.post('/users/login', {
      email: sara.email,
      password: PASSWORD,
      deviceToken: sara.tokens.deviceToken,
    }),
  ];
  const tooLong = await admin.put(`/users/${sara.id}`, until(31 * DAY_MS));
  const listed = await admin.get('/users?status=locked');
  app.pass(MINUTE_MS);
  const after = await login(app, sara.email);

  assert.equal(locked.body.status, 'locked');
  assert.equal((await eventsOf(app, sara.id)).filter((type) => type === 'users.locked.v1').length, 1);
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [401, 'http.not_signed_in'],
      [401, 'users.refresh_invalid'],
      [401, 'users.credentials_invalid'],
    ],
  );
  assert.deepEqual([tooLong.body.code, listed.body.items.length, after.status], ['users.lock_too_long', 1, 200]);
});

test('an administrator sees and lifts a lock after wrong passwords, and it is recorded', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  for (let guess = 0; guess < 5; guess++) await login(app, sara.email, 'not the password');

  const { body: seen } = await admin.get(`/users/${sara.id}`);
  const before = await login(app, sara.email);
  const lifted = await admin.put(`/users/${sara.id}`, { lockedUntil: null });

  assert.deepEqual([seen.status, before.status, lifted.body.status], ['locked', 401, 'active']);
  assert.equal((await login(app, sara.email)).status, 200);
  assert.ok((await actionsOf(app, sara.id)).includes('users.unlocked'));
  assert.equal((await sara.get('/users/me')).status, 200); // wrong passwords do not end sessions
});

test('a deleted account is not found and anonymous, and every module is notified', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  await sara.post('/todos', { description: 'x' });

  const deleted = await admin.delete(`/users/${sara.id}`);
  const next = await sara.get('/users/me');
  const gone = [
    await admin.get(`/users/${sara.id}`),
    await admin.delete(`/users/${sara.id}`),
    await admin.put(`/users/${sara.id}`, { firstName: 'x' }),
    await admin.post(`/users/${sara.id}/reset`),
  ];
  await app.drain();

  assert.deepEqual([deleted.status, next.status], [204, 401]);
  assert.deepEqual(
    gone.map(({ body }) => body.code),
    gone.map(() => 'users.not_found'),
  );
  assert.equal((await admin.get('/users')).body.totalCount, 1);
  assert.ok((await eventsOf(app, sara.id)).includes('users.deleted.v1'));
  const { rows } = await app.database.pool.query('select 1 from todos.todo');
  assert.equal(rows.length, 0);
  const again = await app.anonymous.post('/users/register', {
    email: sara.email,
    firstName: 'a',
    lastName: 'b',
    password: PASSWORD,
  });
  assert.equal(again.status, 202);
  assert.notEqual(await codeFor(app, sara.email), 'none');
});

test('an account with a permission that the actor lacks cannot be changed, locked, reset or deleted', async (t) => {
  const app = await testApp(t);
  const [admin, clerk] = [
    await administrator(app),
    app.signIn(userPermissions.access, authorizationPermissions.manage),
  ];

  const answers = [
    await clerk.put(`/users/${admin.id}`, { firstName: 'x' }),
    await clerk.put(`/users/${admin.id}`, { status: 'disabled' }),
    await clerk.put(`/users/${admin.id}`, { lockedUntil: new Date(app.now().getTime() + DAY_MS).toISOString() }),
    await clerk.post(`/users/${admin.id}/reset`),
    await clerk.delete(`/users/${admin.id}`),
    await clerk.post('/users', { email: app.randomEmail(), firstName: 'a', lastName: 'b', roles: ['admin'] }),
  ];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    answers.map(() => [403, authorizationErrors.exceedsOwn.code]),
  );
  assert.equal((await admin.get('/users/me')).status, 200);
});

test('the last administrator cannot be locked, disabled or deleted, neither by others nor by themselves', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const lockedUntil = new Date(app.now().getTime() + DAY_MS).toISOString();

  const answers = [
    await admin.put(`/users/${admin.id}`, { status: 'disabled' }),
    await admin.put(`/users/${admin.id}`, { lockedUntil }),
    await admin.delete(`/users/${admin.id}`),
    await admin.delete('/users/me'),
  ];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    answers.map(() => [409, authorizationErrors.lastAdministrator.code]),
  );
});

test('a locked administrator does not count: the last active one cannot be removed, until the lock is lifted', async (t) => {
  const app = await testApp(t);
  const [mina, reza] = [await administrator(app), await administrator(app)];
  const lockedUntil = new Date(app.now().getTime() + DAY_MS).toISOString();

  const lock = await mina.put(`/users/${reza.id}`, { lockedUntil });
  const own = [
    await mina.put(`/users/${mina.id}`, { lockedUntil }),
    await mina.put(`/users/${mina.id}`, { status: 'disabled' }),
    await mina.delete('/users/me'),
    await mina.post('/authorization/revoke-role', { userId: mina.id, roleName: 'admin' }),
  ];
  await mina.put(`/users/${reza.id}`, { lockedUntil: null });
  const later = await mina.put(`/users/${mina.id}`, { lockedUntil });

  assert.equal(lock.status, 200);
  assert.deepEqual(
    own.map(({ status, body }) => [status, body.code]),
    own.map(() => [409, authorizationErrors.lastAdministrator.code]),
  );
  assert.equal(later.status, 200);
});

test('an invited administrator does not count until the invitation is accepted, and has no access', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const email = app.randomEmail();
  const roles = ['admin'];
  const { body: invited } = await admin.post('/users', { email, firstName: 'Ali', lastName: 'Rad', roles });
  const may = async (userId: string) =>
    (await admin.post('/authorization/check', { userId, permission: authorizationPermissions.manage.code })).body;

  const pending = await may(invited.id);
  const early = await admin.delete(`/users/${admin.id}`);
  const token = await linkFor(app, email);
  await app.anonymous.post('/users/accept-invitation', { token, newPassword: PASSWORD });
  const accepted = await may(invited.id);
  const left = await admin.delete(`/users/${admin.id}`);

  assert.deepEqual([pending.decision, pending.reasons], [false, [{ code: 'suspended' }]]);
  assert.deepEqual([early.status, early.body.code], [409, authorizationErrors.lastAdministrator.code]);
  assert.deepEqual([accepted.decision, left.status], [true, 204]);
});

test('a locked user has no access, and the explanation says so, until the lock is lifted', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const sara = await member(app);
  const may = async () =>
    (await admin.post('/authorization/check', { userId: sara.id, permission: todoPermissions.read.code })).body
      .decision;

  const decisions = [await may()];
  await admin.put(`/users/${sara.id}`, { lockedUntil: new Date(app.now().getTime() + DAY_MS).toISOString() });
  decisions.push(await may());
  await admin.put(`/users/${sara.id}`, { lockedUntil: null });
  decisions.push(await may());

  assert.deepEqual(decisions, [true, false, true]);
});

test('when two administrators remove each other at once, in any way, one is left', async (t) => {
  const app = await testApp(t);
  const ways = [
    (who: Administrator, whom: Administrator) => who.put(`/users/${whom.id}`, { status: 'disabled' }),
    (who: Administrator, whom: Administrator) => who.delete(`/users/${whom.id}`),
    (who: Administrator, whom: Administrator) =>
      who.put(`/users/${whom.id}`, { lockedUntil: new Date(app.now().getTime() + DAY_MS).toISOString() }),
    (who: Administrator) => who.delete('/users/me'),
  ];
  for (const remove of ways) {
    const [mina, reza] = [await administrator(app), await administrator(app)];
    const holders = await app.authorization.holdersOf(userPermissions.access);
    const others = holders.filter((id) => id !== mina.id && id !== reza.id);
    for (const id of others) await mina.delete(`/users/${id}`);

    await Promise.all([remove(mina, reza), remove(reza, mina)]);

    const alive = await Promise.all([mina, reza].map(async ({ get }) => (await get('/users/me')).status));
    assert.deepEqual(new Set(alive), new Set([200, 401]));
  }
});

type Administrator = Awaited<ReturnType<typeof administrator>>;

test('accounts need the permission', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);

  const answers = [
    await sara.get('/users'),
    await sara.get(`/users/${sara.id}`),
    await sara.delete(`/users/${sara.id}`),
  ];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.permission]),
    answers.map(() => [403, 'users.access']),
  );
});

test('an administrator starts a reset: the owner gets the code, and nobody else sees it', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];

  const { status, body } = await admin.post(`/users/${sara.id}/reset`);
  const code = await codeFor(app, sara.email);
  const reset = await app.anonymous.post('/users/reset-password', {
    email: sara.email,
    code,
    newPassword: 'a wholly new password',
  });

  assert.deepEqual([status, body, reset.status], [204, null, 204]);
});

test('an administrator removes the second factors of an account on record, and its owner is told', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  const { body: begun } = await sara.post('/users/mfa/totp');
  const totp = new TOTP({ secret: Secret.fromBase32(begun.secret) });
  await sara.post('/users/mfa/totp/confirm', { code: totp.generate({ timestamp: app.now().getTime() }) });
  const before = await login(app, sara.email);

  const lesser = await app.signIn(userPermissions.access).delete(`/users/${sara.id}/factors`);
  const removed = await admin.delete(`/users/${sara.id}/factors`);
  const after = await login(app, sara.email);
  const again = await admin.delete(`/users/${sara.id}/factors`);
  app.pass(11 * MINUTE_MS);
  const stale = await admin.delete(`/users/${sara.id}/factors`);

  assert.deepEqual([before.body.mfaRequired, typeof after.body.accessToken], [true, 'string']);
  assert.deepEqual(
    [lesser, removed, again, stale].map(({ status, body }) => body?.code ?? status),
    [authorizationErrors.exceedsOwn.code, 204, 'users.factor_not_found', 'users.step_up_required'],
  );
  assert.ok((await subjects(app, sara.email)).includes('The second factors of your Bonyan account were removed'));
  assert.ok((await actionsOf(app, sara.id)).includes('users.factors_removed'));
  assert.ok((await eventsOf(app, sara.id)).includes('users.factor_removed.v1'));
});

test('locked accounts are those whose lock is in force, by an administrator or by wrong passwords, once each', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const [byBoth, byOver, byNone] = [await member(app), await member(app), await member(app)];
  const { pool } = app.database;
  const lock = (id: string, until: string) =>
    pool.query(
      `insert into users.lockout (address_mac, failures, last_failure_at, locked_until, user_id)
       values (decode(md5(random()::text), 'hex'), 5, now(), now() + $2::interval, $1)`,
      [id, until],
    );
  await pool.query(`update users.user set locked_until = now() + interval '1 hour' where id = $1`, [byBoth.id]);
  await lock(byBoth.id, '10 minutes');
  await lock(byBoth.id, '20 minutes');
  await lock(byOver.id, '-1 minute');
  await pool.query(
    `insert into users.lockout (address_mac, failures, last_failure_at, locked_until)
     values ('stranger', 5, now(), now() + interval '1 hour')`,
  );
  const ids = async (status: string) =>
    (await admin.get(`/users?status=${status}`)).body.items.map(({ id }: { id: string }) => id);

  const [locked, active] = [await ids('locked'), await ids('active')];

  assert.deepEqual(locked, [byBoth.id]);
  assert.ok(active.includes(byOver.id) && active.includes(byNone.id) && !active.includes(byBoth.id));
});
