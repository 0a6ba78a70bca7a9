import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { actionsOf, login, member } from '#testing/accounts.ts';

const AHEAD = 50; // fewer than may wait, and more than any machine of ours hashes at once
const GONE = 6; // judged, they would lock the account

test('a sign-in whose client disconnected while it waited is not hashed for: it is neither counted nor recorded', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const url = await app.http.listen({ host: '127.0.0.1', port: 0 });
  let received = 0;
  app.http.server.on('request', () => received++);
  const signIn = (email: string, signal?: AbortSignal) =>
    fetch(`${url}/api/v1/users/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: 'not the right password' }),
      ...(signal && { signal }),
    });
  const client = new AbortController();

  const ahead = Array.from({ length: AHEAD }, () => signIn(app.randomEmail()));
  while (received < AHEAD) await once(app.http.server, 'request');
  const gone = Promise.allSettled(Array.from({ length: GONE }, () => signIn(sara.email, client.signal)));
  while (received < AHEAD + GONE) await once(app.http.server, 'request');
  client.abort();
  const answers = await Promise.all(ahead);
  const after = await login(app, sara.email);

  assert.ok((await gone).every(({ status }) => status === 'rejected'));
  assert.ok(answers.every(({ status }) => status === 401));
  assert.equal(after.status, 200);
  assert.ok(!(await actionsOf(app, sara.id)).includes('users.login_failed'));
});
