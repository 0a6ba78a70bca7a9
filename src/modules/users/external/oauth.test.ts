import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { newBrowser } from '#testing/external-sign-in.ts';
import { startOAuth } from '#testing/servers/oauth-provider.ts';
import { CLIENT } from '#testing/servers/oidc-provider.ts';

const user = { id: 42, login: 'sara', name: 'Sara Amini', email: 'public@example.com' };
const mail = (email: string, primary: boolean, verified: boolean) => ({ email, primary, verified, visibility: null });

async function withGithub(t: TestContext, emails: unknown) {
  const github = await startOAuth(t, { '/api/v3/user': user, '/api/v3/user/emails': emails });
  return { github, app: await testApp(t, { environment: github.environment('GITHUB') }) };
}

test("GitHub's address is the primary one of its list if verified, never the profile's", async (t) => {
  const emails = [mail('first@example.com', false, true), mail('sara@example.com', true, true)];
  const { app } = await withGithub(t, emails);

  const { status, body } = await newBrowser(app).signIn('github');

  assert.deepEqual([status, body.user.email, body.user.firstName], [200, 'sara@example.com', 'Sara Amini']);
});

test('a verified address of GitHub is used when the primary one is not verified', async (t) => {
  const { app } = await withGithub(t, [mail('sara@example.com', true, false), mail('other@example.com', false, true)]);

  const { body } = await newBrowser(app).signIn('github');

  assert.equal(body.user.email, 'other@example.com');
});

test('GitHub without a verified address creates no account', async (t) => {
  const { app } = await withGithub(t, [mail('sara@example.com', true, false)]);

  const { body } = await newBrowser(app).signIn('github');

  assert.equal(body.code, 'users.external_email_missing');
});

test('GitHub accounts are keyed by user id: with a new login and address it is the same account', async (t) => {
  const { app, github } = await withGithub(t, [mail('sara@example.com', true, true)]);
  const { body: first } = await newBrowser(app).signIn('github');

  github.api['/api/v3/user'] = { ...user, login: 'renamed' };
  github.api['/api/v3/user/emails'] = [mail('new@example.com', true, true)];
  const { body: renamed } = await newBrowser(app).signIn('github');
  github.api['/api/v3/user'] = { ...user, id: 43 };
  github.api['/api/v3/user/emails'] = [mail('third@example.com', true, true)];
  const { body: other } = await newBrowser(app).signIn('github');

  assert.equal(renamed.user.id, first.user.id);
  assert.notEqual(other.user.id, first.user.id);
});

test('a code that GitHub refuses, an API that fails, and an invalid answer create no account', async (t) => {
  const { app, github } = await withGithub(t, [mail('sara@example.com', true, true)]);
  const browser = newBrowser(app);

  const pkce = await browser.visit('github', (url) => url.searchParams.set('code_challenge', 'x'));
  github.fail(true);
  const failing = await browser.visit('github');
  github.fail(false);
  github.api['/api/v3/user'] = { id: null };
  const nonsense = await browser.visit('github');

  assert.equal(pkce.error, 'users.external_refused');
  assert.deepEqual([failing.error, nonsense.error], ['users.provider_unavailable', 'users.provider_unavailable']);
  assert.equal((await app.database.pool.query('select 1 from users.user')).rows.length, 0);
});

test('addresses from Meta are unverified, calls to Meta need `appsecret_proof`, and Meta accounts are keyed by user id', async (t) => {
  const me = { id: '7', first_name: 'Sara', last_name: 'Amini', email: 'sara@example.com' };
  const meta = await startOAuth(t, { '/me': me });
  const app = await testApp(t, { environment: meta.environment('META') });

  const { body: demanded } = await newBrowser(app).signIn('meta');
  await app.drain();
  const [{ text }] = await app.mailbox('sara@example.com');
  const { challengeToken } = demanded;
  const code = /\b\d{6}\b/.exec(text)?.[0];
  const { body: made } = await app.anonymous.post('/users/oauth/confirm-email', { challengeToken, code });
  meta.api['/me'] = { id: '7' };
  const { body: again } = await newBrowser(app).signIn('meta');

  const proof = createHmac('sha256', CLIENT.secret).update('token-of-sara').digest('hex');
  assert.equal(meta.asked[0]?.searchParams.get('appsecret_proof'), proof);
  assert.equal(demanded.emailVerificationRequired, true);
  assert.deepEqual([made.user.email, made.user.lastName], ['sara@example.com', 'Amini']);
  assert.equal(again.user.id, made.user.id);
});
