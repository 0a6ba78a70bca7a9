import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { newId } from '#kernel/id.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { actionsOf, eventsOf, login, member, MINUTE_MS, PASSWORD, subjects } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { userPermissions } from '../contract.ts';

const REASON = 'Ticket 4512: the phone was stolen';
const OPERATOR = [userPermissions.access];

/** An administrator, signed in. */
async function administrator(app: TestApp) {
  const person = { email: app.randomEmail(), password: PASSWORD, firstName: 'Mina', lastName: 'Kia' };
  const created = await app.users.createAdministrator(person, { onlyFirst: false });
  const { body } = await login(app, person.email);
  return { id: created?.id ?? '', email: person.email, ...app.withToken(body.accessToken) };
}

type Person = Awaited<ReturnType<typeof member>>;

async function addTotp(app: TestApp, person: Pick<Person, 'post'>): Promise<void> {
  const { body } = await person.post('/users/mfa/totp');
  const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate({ timestamp: app.now().getTime() });
  await person.post('/users/mfa/totp/confirm', { code });
}

/** As after a registration in a browser, which this test has not. */
async function addPasskey(app: TestApp, userId: string): Promise<string> {
  const id = newId();
  await app.database.pool.query(
    `insert into users.passkey (id, user_id, credential_id, public_key, counter, transports, is_backed_up,
       is_second_factor_only, name, created_at)
     values ($1, $2, $4, 'key', 0, '{}', false, false, 'laptop', $3)`,
    [id, userId, app.now(), newId()],
  );
  return id;
}

async function addIdentity(app: TestApp, userId: string): Promise<string> {
  const id = newId();
  await app.database.pool.query(
    `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
     values ($1, $2, 'acme', 'https://acme.example', $4, $3, $3)`,
    [id, userId, app.now(), newId()],
  );
  return id;
}

const reasons = async (app: TestApp, action: string) => {
  const { body } = await app.signIn(auditPermissions.read).get(`/audit?action=${action}`);
  return body.items.map(({ payload }: { payload: object }) => payload);
};

test('an operator sees the sessions of a person, ends one, and it is refused at the next request', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  const { body: second } = await login(app, sara.email);
  const phone = app.withToken(second.accessToken);

  const { body: listed } = await admin.get(`/users/${sara.id}/sessions`);
  const { body: own } = await phone.get('/users/sessions');
  const { id } = own.items.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
  const ended = await admin.delete(`/users/${sara.id}/sessions/${id}`);
  const [refused, other] = [await phone.get('/users/me'), await sara.get('/users/me')];
  const again = await admin.delete(`/users/${sara.id}/sessions/${id}`);
  const { body: left } = await admin.get(`/users/${sara.id}/sessions`);

  assert.deepEqual([listed.totalCount, listed.items.map(({ id: one }: { id: string }) => one).includes(id)], [2, true]);
  assert.deepEqual(
    listed.items.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent),
    [false, false],
  );
  assert.deepEqual([ended.status, refused.status, other.status], [204, 401, 200]);
  assert.deepEqual([again.body.code, left.totalCount], ['users.session_not_found', 1]);
  assert.deepEqual(await reasons(app, 'users.session_revoked'), [{ userId: sara.id, reason: 'administrator' }]);
});

test('an operator ends all sessions of a person at once, and the person can sign in again', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  const { body: second } = await login(app, sara.email);

  const ended = await admin.delete(`/users/${sara.id}/sessions`);
  const refused = [await sara.get('/users/me'), await app.withToken(second.accessToken).get('/users/me')];
  const after = await login(app, sara.email);
  const { body: left } = await admin.get(`/users/${sara.id}/sessions`);

  assert.deepEqual([ended.status, ...refused.map(({ status }) => status)], [204, 401, 401]);
  assert.deepEqual([after.status, left.totalCount], [200, 1]);
});

test('what signs in to an account is listed with times and without secrets', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  await addTotp(app, sara);
  app.pass(MINUTE_MS);
  const [passkey, identity] = [await addPasskey(app, sara.id), await addIdentity(app, sara.id)];

  const { body } = await admin.get(`/users/${sara.id}/factors`);

  assert.deepEqual(body.items.map(({ factor, id, name }: Record<string, unknown>) => [factor, id, name]).toSorted(), [
    ['identity', identity, 'acme'],
    ['passkey', passkey, 'laptop'],
    ['totp', null, ''],
  ]);
  assert.deepEqual(Object.keys(body.items[0]).toSorted(), ['createdAt', 'factor', 'id', 'lastUsedAt', 'name']);
  const [totp] = body.items;
  assert.ok(Math.abs(Date.parse(totp.lastUsedAt) - Date.parse(totp.createdAt)) <= MINUTE_MS);
  assert.deepEqual([body.hasPassword, body.recoveryCodesLeft], [true, 10]);
});

for (const factor of ['totp', 'passkey', 'identity'] as const)
  test(`a removed factor (${factor}) ends the sessions, and its owner reads the reason`, async (t) => {
    const app = await testApp(t);
    const [admin, sara] = [await administrator(app), await member(app)];
    await addTotp(app, sara);
    const ids = { totp: null, passkey: await addPasskey(app, sara.id), identity: await addIdentity(app, sara.id) };
    const wanted = { factor, id: ids[factor], reason: REASON };

    const removed = await admin.post(`/users/${sara.id}/factors/remove`, wanted);
    const next = await sara.get('/users/me');
    const again = await admin.post(`/users/${sara.id}/factors/remove`, wanted);
    const { body: left } = await admin.get(`/users/${sara.id}/factors`);

    assert.deepEqual([removed.status, next.status, again.body.code], [204, 401, 'users.factor_not_found']);
    assert.ok(!left.items.some((one: { factor: string }) => one.factor === factor) && left.items.length === 2);
    assert.deepEqual(await reasons(app, 'users.factor_removed'), [
      { factor, name: { totp: '', passkey: 'laptop', identity: 'acme' }[factor], reason: REASON },
    ]);
    assert.ok((await subjects(app, sara.email)).includes('A way to sign in to Bonyan was removed'));
    assert.ok((await eventsOf(app, sara.id)).includes('users.factor_removed.v1'));
    assert.ok((await actionsOf(app, sara.id)).includes('users.factor_removed'));
  });

test('without the last factor the recovery codes are gone, and the password alone signs in', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  await addTotp(app, sara);
  const before = await login(app, sara.email);

  await admin.post(`/users/${sara.id}/factors/remove`, { factor: 'totp', id: null, reason: REASON });
  const { body } = await admin.get(`/users/${sara.id}/factors`);
  const after = await login(app, sara.email);

  assert.deepEqual([before.body.mfaRequired, body.items, body.recoveryCodesLeft], [true, [], 0]);
  assert.equal(typeof after.body.accessToken, 'string');
});

test('the last way in of an account without a password is not removed', async (t) => {
  const app = await testApp(t);
  const [admin, sara] = [await administrator(app), await member(app)];
  const id = await addPasskey(app, sara.id);
  await app.database.pool.query('update users.user set password_hash = null where id = $1', [sara.id]);

  const last = await admin.post(`/users/${sara.id}/factors/remove`, { factor: 'passkey', id, reason: REASON });
  const next = await sara.get('/users/me');

  assert.deepEqual([last.status, last.body.code, next.status], [409, 'users.last_way_in', 200]);
});

interface Refusal {
  readonly claim: string;
  readonly status: number;
  readonly code: string;
  readonly send: (at: Stage) => ReturnType<TestApp['anonymous']['post']>;
}

interface Stage {
  readonly app: TestApp;
  readonly admin: Awaited<ReturnType<typeof administrator>>;
  /** Has an authenticator app, and one session. */
  readonly sara: Person;
  /** A session of the administrator, and one of sara. */
  readonly theirs: string;
  readonly hers: string;
}

const totp = { factor: 'totp', id: null, reason: REASON };
const refusals: readonly Refusal[] = [
  {
    claim: 'a session of somebody with more permissions',
    status: 403,
    code: authorizationErrors.exceedsOwn.code,
    send: ({ app, admin, theirs }) => app.signIn(...OPERATOR).delete(`/users/${admin.id}/sessions/${theirs}`),
  },
  {
    claim: 'all sessions of somebody with more permissions',
    status: 403,
    code: authorizationErrors.exceedsOwn.code,
    send: ({ app, admin }) => app.signIn(...OPERATOR).delete(`/users/${admin.id}/sessions`),
  },
  {
    claim: 'a factor of somebody with more permissions',
    status: 403,
    code: authorizationErrors.exceedsOwn.code,
    send: ({ app, sara }) => app.signIn(...OPERATOR).post(`/users/${sara.id}/factors/remove`, totp),
  },
  {
    claim: 'a session by somebody without the permission',
    status: 403,
    code: 'http.forbidden',
    send: ({ sara, admin, theirs }) => sara.delete(`/users/${admin.id}/sessions/${theirs}`),
  },
  {
    claim: 'a session under the id of another person',
    status: 404,
    code: 'users.session_not_found',
    send: ({ admin, hers }) => admin.delete(`/users/${admin.id}/sessions/${hers}`),
  },
  {
    claim: 'sessions of nobody',
    status: 404,
    code: 'users.not_found',
    send: ({ admin }) => admin.delete(`/users/${newId()}/sessions`),
  },
  {
    claim: 'a passkey of another person',
    status: 404,
    code: 'users.factor_not_found',
    send: async ({ app, admin, sara }) =>
      admin.post(`/users/${admin.id}/factors/remove`, {
        factor: 'passkey',
        id: await addPasskey(app, sara.id),
        reason: REASON,
      }),
  },
  {
    claim: 'a factor without a reason',
    status: 400,
    code: 'http.invalid',
    send: ({ admin, sara }) => admin.post(`/users/${sara.id}/factors/remove`, { ...totp, reason: ' '.repeat(20) }),
  },
  {
    claim: 'a factor of an account that has changed meanwhile',
    status: 412,
    code: 'http.precondition_failed',
    send: ({ admin, sara }) => admin.post(`/users/${sara.id}/factors/remove`, totp, { 'if-match': '"0"' }),
  },
  {
    claim: 'a session after a proof of identity that is too old',
    status: 403,
    code: 'users.step_up_required',
    send: ({ app, admin, sara, hers }) => {
      app.pass(11 * MINUTE_MS);
      return admin.delete(`/users/${sara.id}/sessions/${hers}`);
    },
  },
];

for (const { claim, status, code, send } of refusals)
  test(`not ended or removed, and nothing is on record: ${claim}`, async (t) => {
    const app = await testApp(t);
    const [admin, sara] = [await administrator(app), await member(app)];
    await addTotp(app, sara);
    const sessionOf = async (id: string): Promise<string> =>
      (await admin.get(`/users/${id}/sessions`)).body.items[0].id;
    const stage = { app, admin, sara, theirs: await sessionOf(admin.id), hers: await sessionOf(sara.id) };

    const answer = await send(stage);
    const { body: factors } = await admin.get(`/users/${sara.id}/factors`);

    assert.deepEqual([answer.status, answer.body.code], [status, code]);
    assert.deepEqual([(await sara.get('/users/me')).status, (await admin.get('/users/me')).status], [200, 200]);
    assert.ok(factors.items.some(({ factor }: { factor: string }) => factor === 'totp'));
    assert.deepEqual(await reasons(app, 'users.factor_removed'), []);
    assert.deepEqual(await reasons(app, 'users.session_revoked'), []);
  });
