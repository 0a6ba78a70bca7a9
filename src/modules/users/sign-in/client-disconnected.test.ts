import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { actionsOf, login, member } from '#testing/accounts.ts';

const OTHERS = 50; // fewer than the queue takes, and more than a machine hashes at once
const DISCONNECTED = 6; // if their passwords were checked, they would lock the account

test('a sign-in whose client disconnected while it waited is not hashed for: it is neither counted nor recorded', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_TRUSTED_PROXIES: '127.0.0.1' } });
  const sara = await member(app);
  const url = await app.http.listen({ host: '127.0.0.1', port: 0 });
  let received = 0;
  app.http.server.on('request', () => received++);
  const signIn = (email: string, network: number, signal?: AbortSignal) =>
    fetch(`${url}/api/v1/users/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `192.0.2.${network}` },
      body: JSON.stringify({ email, password: 'not the right password' }),
      ...(signal && { signal }),
    });
  const client = new AbortController();

  const others = Array.from({ length: OTHERS }, (_, index) => signIn(app.randomEmail(), index));
  while (received < OTHERS) await once(app.http.server, 'request');
  const disconnected = Promise.allSettled(
    Array.from({ length: DISCONNECTED }, () => signIn(sara.email, OTHERS, client.signal)),
  );
  while (received < OTHERS + DISCONNECTED) await once(app.http.server, 'request');
  client.abort();
  const answers = await Promise.all(others);
  const after = await login(app, sara.email);

  assert.ok((await disconnected).every(({ status }) => status === 'rejected'));
  assert.ok(answers.every(({ status }) => status === 401));
  assert.equal(after.status, 200);
  assert.ok(!(await actionsOf(app, sara.id)).includes('users.login_failed'));
});
