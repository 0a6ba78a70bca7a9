import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import {
  actionsOf,
  codeFor,
  eventsOf,
  idOf,
  linkFor,
  login,
  member,
  MINUTE_MS,
  PASSWORD,
  runJob,
  subjects,
} from '#testing/accounts.ts';
import { administrator } from '#testing/authorization.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';
import { hashKinds } from '#testing/imports/hash-kinds.ts';
import { importLines, personLine } from '#testing/imports/lines.ts';
import { authorizationErrors, authorizationPermissions } from '#modules/authorization/contract.ts';
import { userPermissions } from '../contract.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
const STRANGERS = ['a password of a stranger', 'another one of that stranger'];
const OWN = 'the password of the owner';
const SET_UP = 'the set-up link';
const owner = { firstName: 'Sara', lastName: 'Amini' };

type Scene = Awaited<ReturnType<typeof appWithProvider>> & { email: string };
type Answer = Awaited<ReturnType<typeof login>>;

function register(app: TestApp, email: string, password = PASSWORD) {
  return app.anonymous.post('/users/register', { email, firstName: 'Reza', lastName: 'Kamali', password });
}

/** Types the mailed code; where an answer asks for a password, sets it with the link of the answer. */
async function verifyByCode({ app, email }: Scene): Promise<Answer> {
  const { status, body } = await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
  assert.equal(status, 200);
  await app.anonymous.post('/users/reset-password/link', { token: body.resetToken, newPassword: OWN });
  return login(app, email, OWN);
}

/** Sets a password with the newest mailed link. */
async function openLink({ app, email }: Scene, path: string): Promise<Answer> {
  const { status } = await app.anonymous.post(path, { token: await linkFor(app, email), newPassword: OWN });
  assert.equal(status, 204);
  return login(app, email, OWN);
}

async function signInWithProvider({ app, oidc, email }: Scene, isVerified: boolean) {
  oidc.people[email] = { email, email_verified: isVerified, given_name: 'Sara' };
  oidc.signsIn(email);
  return newBrowser(app).signIn();
}

async function giveThenVerify(scene: Scene, path: string, given: object): Promise<Answer> {
  const admin = await administrator(scene.app);
  const { status } = await admin.post(path, { userId: await idOf(scene.app, scene.email), ...given });
  assert.equal(status, 200);
  return verifyByCode(scene);
}

/** Each proves the address as its owner would, and answers a sign-in. */
const WAYS: Record<string, (scene: Scene) => Promise<Answer>> = {
  async 'the code, after registering as well'(scene) {
    await scene.app.anonymous.post('/users/register', { email: scene.email, ...owner, password: OWN });
    return verifyByCode(scene);
  },
  'the link of the registration': (scene) => openLink(scene, '/users/verify-email/link'),
  async 'the link after "forgotten password"'(scene) {
    scene.app.pass(2 * MINUTE_MS);
    await scene.app.anonymous.post('/users/forgot-password', { email: scene.email });
    return openLink(scene, '/users/verify-email/link');
  },
  'a provider that has verified the address': (scene) => signInWithProvider(scene, true),
  async 'the code of a sign-in with another provider'(scene) {
    scene.app.pass(2 * MINUTE_MS);
    const { body } = await signInWithProvider(scene, false);
    const code = await codeFor(scene.app, scene.email);
    return scene.app.anonymous.post('/users/oauth/confirm-email', { challengeToken: body.challengeToken, code });
  },
  async 'an invitation'(scene) {
    const admin = await administrator(scene.app);
    const { status } = await admin.post('/users', { email: scene.email, ...owner, roles: ['admin'] });
    assert.equal(status, 201);
    return openLink(scene, '/users/accept-invitation');
  },
  async 'a reset by an administrator'(scene) {
    const admin = await administrator(scene.app);
    await admin.post(`/users/${await idOf(scene.app, scene.email)}/reset`);
    return openLink(scene, '/users/accept-invitation');
  },
  async [SET_UP]({ app, email }) {
    const token = await app.users.setupToken();
    await app.anonymous.post('/setup', { email, ...owner, token, password: OWN });
    return login(app, email, OWN);
  },
  async 'the command line'({ app, email }) {
    await app.users.createAdministrator({ email, ...owner, password: OWN }, { onlyFirst: false });
    return login(app, email, OWN);
  },
  async 'the code of a new address'({ app, email }) {
    const reza = await member(app);
    app.pass(2 * MINUTE_MS);
    await reza.post('/users/change-email', { email });
    const { status } = await reza.post('/users/change-email/confirm', { code: await codeFor(app, email) });
    assert.equal(status, 204);
    return login(app, email, PASSWORD);
  },
  'the code, after an administrator gave a role': (scene) =>
    giveThenVerify(scene, '/authorization/assign-role', { roleName: 'admin' }),
  async 'the code, after an administrator gave own fields'(scene) {
    const admin = await administrator(scene.app);
    const path = `/users/${await idOf(scene.app, scene.email)}/metadata`;
    const { status } = await admin.patch(path, { publicMetadata: { plan: 'gold' } });
    assert.equal(status, 200);
    return verifyByCode(scene);
  },
  'the code, after an administrator gave a permission': (scene) =>
    giveThenVerify(scene, '/authorization/grant-permission', { permissionCode: userPermissions.access.code }),
};

/** What a stranger did with the address before. */
const BEFORE: Record<string, (scene: Scene) => Promise<unknown>> = {
  'registered it': ({ app, email }) => register(app, email, STRANGERS[0]),
  async 'registered it twice'({ app, email }) {
    await register(app, email, STRANGERS[0]);
    await register(app, email, STRANGERS[1]);
  },
  async 'registered it in a system whose people were imported'({ app, email }) {
    const { bcrypt: passwordHash } = hashKinds(STRANGERS[0] ?? '');
    await importLines(app, [{ ...personLine(newId(), { passwordHash, emailVerified: false }), email }]);
    await app.anonymous.post('/users/resend-verification-code', { email }); // an import mails nothing
  },
};

test('a stranger who registered an address first gets nothing of it, and its owner is not refused, in any way to prove it', async (t) => {
  const shared = await sceneFor(t);
  for (const [way, prove] of Object.entries(WAYS))
    for (const [before, act] of Object.entries(BEFORE))
      await t.test(`${way}, after a stranger ${before}`, async (cell) => {
        const app = way === SET_UP ? await sceneFor(cell) : shared; // it works once
        const scene = { ...app, email: shared.app.randomEmail() };
        await act(scene);
        await scene.app.drain();

        const { status, body } = await prove(scene);

        assert.deepEqual([status, body.user?.email], [200, scene.email]);
        for (const password of STRANGERS)
          assert.equal((await login(scene.app, scene.email, password)).body.code, 'users.credentials_invalid');
      });
});

async function sceneFor(t: TestContext): Promise<Scene> {
  const provided = await appWithProvider(t, {});
  return { ...provided, email: provided.app.randomEmail() };
}

test('who proves an address otherwise than by its mail gives the account its names, on record', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await register(app, email);

  const made = await app.users.createAdministrator({ email, ...owner, password: OWN }, { onlyFirst: false });
  const code = await codeFor(app, email);
  const late = await app.anonymous.post('/users/verify-email', { email, code });

  assert.deepEqual([made?.id, made?.firstName], [await idOf(app, email), 'Sara']);
  assert.equal((await login(app, email, OWN)).body.user.firstName, 'Sara');
  assert.equal(late.body.code, 'users.code_invalid');
  assert.ok((await actionsOf(app, made?.id ?? '')).includes('users.registration_taken_over'));
  assert.ok((await eventsOf(app, made?.id ?? '')).includes('users.email_verified.v1'));
});

test('"it was not me" ends a registration once: its account is deleted everywhere, and the address is free', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await register(app, email, STRANGERS[0]);
  const [id, token] = [await idOf(app, email), await linkFor(app, email)];
  const decline = () => app.anonymous.post('/users/verify-email/decline', { token });

  const answers = [await decline(), await decline()];
  const stranger = await login(app, email, STRANGERS[0]);
  app.pass(MINUTE_MS);
  await register(app, email, OWN);
  const code = await codeFor(app, email);
  const confirmed = await app.anonymous.post('/users/verify-email', { email, code });

  assert.deepEqual(
    answers.map(({ status, body }) => body?.code ?? status),
    [204, 'users.link_invalid'],
  );
  assert.equal(stranger.body.code, 'users.credentials_invalid');
  assert.deepEqual([confirmed.status, (await login(app, email, OWN)).status], [204, 200]);
  assert.ok((await actionsOf(app, id)).includes('users.registration_declined'));
  assert.ok((await eventsOf(app, id)).includes('users.deleted.v1'));
});

test('a registration that nobody confirms ends after a week; an invited account, and one with a new code, stay', async (t) => {
  const app = await testApp(t);
  const [old, renewed, invited] = [app.randomEmail(), app.randomEmail(), app.randomEmail()];
  await register(app, old);
  await register(app, renewed);
  await (await administrator(app)).post('/users', { email: invited, ...owner });
  app.pass(7 * DAY_MS - MINUTE_MS);
  await runJob(app, 'users.pending');
  const before = await idOf(app, old);
  app.pass(2 * MINUTE_MS);
  await register(app, renewed);

  await runJob(app, 'users.pending');

  assert.notEqual(before, 'none');
  assert.equal(await idOf(app, old), 'none');
  assert.ok((await eventsOf(app, before)).includes('users.deleted.v1'));
  assert.ok(![await idOf(app, renewed), await idOf(app, invited)].includes('none'));
});

test('many registrations that nobody confirms end in one run, a few in each transaction', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await register(app, app.randomEmail());
  app.pass(8 * DAY_MS);
  await pool.query(
    `insert into users."user" (id, email, first_name, last_name, password_hash, status, language, created_at)
     select gen_random_uuid(), 'p' || n || '@example.com', 'a', 'b', password_hash, 'pending', 'en', created_at
     from users."user", generate_series(1, 119) n where status = 'pending'`,
  );

  await runJob(app, 'users.pending');

  const { rows } = await pool.query(
    `select count(*)::int as ended, count(distinct xmin::text)::int as units from users."user" where status = 'deleted'`,
  );
  assert.deepEqual(rows, [{ ended: 120, units: 12 }]);
});

test('the link sets a password that keeps the rules, and a refused one leaves the link valid', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await register(app, email, STRANGERS[0]);
  const token = await linkFor(app, email);
  const verify = (newPassword: string) => app.anonymous.post('/users/verify-email/link', { token, newPassword });

  const [weak, right] = [await verify('passwordpassword'), await verify(OWN)];

  assert.deepEqual([weak.body.code, weak.body.rule, right.status], ['users.password_refused', 'common', 204]);
});

test('an invitation remains valid when the address is confirmed by a code first, until there is a password', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await (await administrator(app)).post('/users', { email, ...owner });
  const token = await linkFor(app, email);
  const accept = (newPassword: string) => app.anonymous.post('/users/accept-invitation', { token, newPassword });
  await app.anonymous.post('/users/resend-verification-code', { email });
  const code = await codeFor(app, email);

  const confirmed = await app.anonymous.post('/users/verify-email', { email, code });
  const [accepted, again] = [await accept(OWN), await accept(STRANGERS[0] ?? '')];

  assert.deepEqual([confirmed.status, confirmed.body.passwordRequired], [200, true]);
  assert.deepEqual([accepted.status, again.body.code], [204, 'users.link_invalid']);
  assert.equal((await login(app, email, OWN)).status, 200);
});

test('an invitation for a registered address is refused to who lacks a permission of the account', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await register(app, email);
  const admin = await administrator(app);
  await admin.post('/authorization/assign-role', { userId: await idOf(app, email), roleName: 'admin' });
  const lesser = app.signIn(userPermissions.access, authorizationPermissions.manage);

  const refused = await lesser.post('/users', { email, ...owner });
  const invited = await admin.post('/users', { email, ...owner });
  const again = await admin.post('/users', { email, ...owner });

  assert.deepEqual(
    [refused, invited, again].map(({ status, body }) => body.code ?? status),
    [authorizationErrors.exceedsOwn.code, 201, 'users.email_taken'],
  );
});

test('of two invitations of one address at once one is accepted', async (t) => {
  const app = await testApp(t);
  const [email, admin] = [app.randomEmail(), await administrator(app)];

  const answers = await Promise.all([1, 2, 3].map(() => admin.post('/users', { email, ...owner })));

  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [201, 409, 409],
  );
});

test('of two proofs at once each is accepted for one account, and the stranger gets neither', async (t) => {
  const scene = await sceneFor(t);
  const { app, email } = scene;
  await register(app, email, STRANGERS[0]);
  const token = await linkFor(app, email);

  const [byLink, byProvider] = await Promise.all([
    app.anonymous.post('/users/verify-email/link', { token, newPassword: OWN }),
    signInWithProvider(scene, true),
  ]);
  const { rows } = await app.database.pool.query('select 1 from users.user where email = $1', [email]);

  assert.ok([204, 400].includes(byLink.status));
  assert.deepEqual([byProvider.status, rows.length], [200, 1]);
  assert.equal((await login(app, email, STRANGERS[0])).body.code, 'users.credentials_invalid');
});

test('who takes over an address with another account ends the registration with it', async (t) => {
  const app = await testApp(t);
  const [email, reza] = [app.randomEmail(), await member(app)];
  await register(app, email);
  const pending = await idOf(app, email);
  await app.drain(); // its mail comes before the one of the change
  app.pass(2 * MINUTE_MS);
  await reza.post('/users/change-email', { email });

  const { status } = await reza.post('/users/change-email/confirm', { code: await codeFor(app, email) });

  assert.deepEqual([status, await idOf(app, email)], [204, reza.id]);
  assert.ok((await eventsOf(app, pending)).includes('users.deleted.v1'));
  assert.ok((await subjects(app, reza.email)).includes('The e-mail address of your Bonyan account was changed'));
});
