import assert from 'node:assert/strict';
import { test } from 'node:test';
import { todoPermissions } from '#modules/todos/contract.ts';
import { codeFor, login, member, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import templates from './templates.json' with { type: 'json' };

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const headers = { 'user-agent': firefox, 'accept-language': 'fa' };
const environment = {
  BONYAN_APP_NAME: 'Aftab',
  BONYAN_APP_NAME_FA: 'آفتاب',
  BONYAN_APP_URL: 'https://app.example.com',
  BONYAN_TIME_ZONE: 'Asia/Tehran',
};
const IRANIAN = /^زمان: [۰-۹]+ \S+ ۱۴[۰-۹]{2}، ساعت [۰-۹]{2}:[۰-۹]{2} \(به وقت ایران\)$/m;

test('every message about an account says when, from which address and on what, and of what others did only when', async (t) => {
  const app = await testApp(t, { environment });
  const admin = await administrator(app);
  const email = app.randomEmail();
  const account = { email, firstName: 'سارا', lastName: 'امینی', password: PASSWORD };
  const newPassword = 'wrong donkey charger pin';
  let id = '';
  let sara = app.anonymous;
  const own: Record<string, () => Promise<unknown>> = {
    'users.verification': () => app.anonymous.post('/users/register', account, headers),
    'users.new_device': async () => {
      await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
      const first = await app.anonymous.post('/users/login', { email, password: PASSWORD });
      id = first.body.user.id;
      const { body } = await app.anonymous.post('/users/login', { email, password: PASSWORD }, headers);
      sara = app.withToken(body.accessToken);
    },
    'users.api_key_changed': () => sara.post('/users/api-keys', { name: 'x', scopes: ['users.access'] }, headers),
    'users.password_changed_here': () =>
      sara.post('/users/change-password', { currentPassword: PASSWORD, newPassword }, headers),
    'users.password_changed': async () => {
      await app.anonymous.post('/users/forgot-password', { email }, headers);
      const body = { email, code: await codeFor(app, email), newPassword: 'correct battery horse' };
      return app.anonymous.post('/users/reset-password', body, headers);
    },
    'users.already_registered': () => app.anonymous.post('/users/register', account, headers),
  };
  const others: Record<string, () => Promise<unknown>> = {
    // The code is made by a work item, which keeps no address of the request.
    'users.password_reset': () => app.anonymous.post('/users/forgot-password', { email }, headers),
    'users.rights_changed': () =>
      admin.post('/authorization/grant-permission', { userId: id, permissionCode: todoPermissions.read.code }, headers),
    'users.account_changed': () => admin.put(`/users/${id}`, { status: 'disabled' }, headers),
  };

  for (const [template, act] of Object.entries({ ...own, ...others })) {
    app.pass(5 * MINUTE_MS);
    await act();
    await app.drain();
    const [mail] = await app.mailbox(email);
    const facts: string[] = mail.text.match(/^(زمان|نشانی IP|دستگاه): .*$/gm) ?? [];
    assert.match(facts[0] ?? '', IRANIAN, template);
    const rest = template in own ? ['نشانی IP: 127.0.0.1', 'دستگاه: Firefox روی Linux'] : [];
    assert.deepEqual([template, ...facts.slice(1)], [template, ...rest]);
    assert.match(mail.subject, /آفتاب/, template);
    assert.match(mail.html, /<html lang="fa" dir="rtl">.*آفتاب/s, template);
    const links = mail.html.match(/href="[^#"]*/g) ?? [];
    assert.ok(
      links.every((link: string) => link.startsWith('href="https://app.example.com/console/')),
      template,
    );
  }
});

test('the subject of every mail about an account names the application', () => {
  const anonymous = Object.entries(templates).flatMap(([name, { en, fa }]) =>
    [en, fa].every(({ subject }) => subject.includes('{{ appName }}')) ? [] : [name],
  );

  assert.deepEqual(anonymous, []);
});

test('authenticator apps and passkey prompts show the name of the application', async (t) => {
  const app = await testApp(t, { environment });
  const sara = await member(app);

  const totp = await sara.post('/users/mfa/totp');
  const passkey = await sara.post('/users/passkeys/register/start');

  assert.equal(new URL(totp.body.uri).searchParams.get('issuer'), 'Aftab');
  assert.match(decodeURIComponent(totp.body.uri), /totp\/Aftab:/);
  assert.equal(JSON.stringify(passkey.body).includes('"name":"Aftab"'), true);
});

async function administrator(app: TestApp) {
  const account = { email: app.randomEmail(), password: PASSWORD, firstName: 'Mina', lastName: 'Kia' };
  await app.users.createAdministrator(account, { onlyFirst: false });
  const { body } = await login(app, account.email);
  return app.withToken(body.accessToken);
}
