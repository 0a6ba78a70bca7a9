import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { support } from '#testing/authorization.ts';
import { eventsOf, login, member, PASSWORD } from '#testing/accounts.ts';

/** The events about the user that are published while `work` runs. */
async function publishedBy(app: TestApp, userId: string, work: () => Promise<unknown>): Promise<string[]> {
  const before = await eventsOf(app, userId);
  await work();
  return (await eventsOf(app, userId)).slice(before.length);
}

test('each sign-in is published, each that fails, and the lock that follows the fifth', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);

  const right = await publishedBy(app, sara.id, () => login(app, sara.email));
  const wrong = await publishedBy(app, sara.id, () => login(app, sara.email, 'not the password'));
  for (let attempt = 0; attempt < 3; attempt++) await login(app, sara.email, 'not the password');
  const fifth = await publishedBy(app, sara.id, () => login(app, sara.email, 'not the password'));
  const locked = await publishedBy(app, sara.id, () => login(app, sara.email));

  assert.deepEqual(right, ['users.logged_in.v1']);
  assert.deepEqual(wrong, ['users.login_failed.v1']);
  assert.deepEqual(fifth.toSorted(), ['users.locked.v1', 'users.login_failed.v1']);
  assert.deepEqual(locked, ['users.login_failed.v1']);
});

test('another password is published, and each session that ends with it', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  await login(app, sara.email);
  const passwords = { currentPassword: PASSWORD, newPassword: 'a wholly new password' };

  const published = await publishedBy(app, sara.id, () => sara.post('/users/change-password', passwords));

  assert.deepEqual(published.toSorted(), ['users.password_changed.v1', 'users.session_revoked.v1']);
});

test('acting on behalf of a person is published, and an end before its time', async (t) => {
  const { app, reza, sara, start } = await support(t);

  const started = await publishedBy(app, reza.id, start);
  const ended = await publishedBy(app, reza.id, () => sara.post('/users/sessions/revoke-all'));

  assert.ok(started.includes('users.impersonation_started.v1')); // and the message in the inbox
  assert.deepEqual(ended, ['users.impersonation_ended.v1']);
});

test('a refresh token used again is published, and the session that it ends', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { refreshToken } = sara.tokens;
  await app.anonymous.post('/users/refresh', { refreshToken });
  app.pass(11_000);

  const published = await publishedBy(app, sara.id, () => app.anonymous.post('/users/refresh', { refreshToken }));

  assert.deepEqual(published.toSorted(), ['users.session_revoked.v1', 'users.token_reuse_detected.v1']);
});

test('a session that its owner ends is published, in each way to end it', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const { body: second } = await login(app, sara.email);
  const { body: third } = await login(app, sara.email);
  const { items } = (await app.withToken(third.accessToken).get('/users/sessions')).body;
  const { id } = items.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);

  const ways = [
    await publishedBy(app, sara.id, () => sara.post(`/users/sessions/${id}/revoke`)),
    await publishedBy(app, sara.id, () => app.anonymous.post('/users/revoke', { refreshToken: second.refreshToken })),
    await publishedBy(app, sara.id, () => sara.post('/users/sessions/revoke-all')),
  ];

  assert.deepEqual(
    ways,
    ways.map(() => ['users.session_revoked.v1']),
  );
});
