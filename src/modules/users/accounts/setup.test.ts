import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { PASSWORD } from '#testing/accounts.ts';

test('the set-up page runs only its own style and script, and has both languages', async (t) => {
  const app = await testApp(t);

  const { statusCode, headers, body } = await app.http.inject('/setup');
  const policy = String(headers['content-security-policy']);
  const hash = (text: string | undefined) =>
    createHash('sha256')
      .update(text ?? '')
      .digest('base64');

  assert.deepEqual([statusCode, headers['content-type']], [200, 'text/html; charset=utf-8']);
  assert.ok(policy.includes(`script-src 'sha256-${hash(/<script>(.*)<\/script>/s.exec(body)?.[1])}'`));
  assert.ok(policy.includes(`style-src 'sha256-${hash(/<style>(.*)<\/style>/s.exec(body)?.[1])}'`));
  assert.match(policy, /^default-src 'none'.*frame-ancestors 'none'$/);
  assert.ok(!/\b(src|href|on\w+|style)=/.test(body.replace(/<script>.*<\/script>/s, '')));
  assert.ok(body.includes('There is no administrator yet') && body.includes('هنوز مدیری وجود ندارد'));
});

test('the set-up token is not stored, is the same after a restart, and is refused once there is an administrator', async (t) => {
  const app = await testApp(t);
  const [token, again] = [await app.users.setupToken(), await app.users.setupToken()];
  const person = { email: app.randomEmail(), firstName: 'a', lastName: 'b', password: PASSWORD };
  const before = await app.anonymous.get('/setup');

  const weak = await app.anonymous.post('/setup', { ...person, token, password: 'passwordpassword' });
  const created = await app.anonymous.post('/setup', { ...person, token });
  const second = await app.anonymous.post('/setup', { ...person, email: app.randomEmail(), token });

  assert.equal(token, again);
  assert.deepEqual([before.body, weak.body.rule, created.status], [{ isOpen: true }, 'common', 201]);
  assert.deepEqual([second.body.code, await app.users.setupToken()], ['users.setup_closed', null]);
  assert.equal((await app.anonymous.post('/users/login', { email: person.email, password: PASSWORD })).status, 200);
});
