import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { testApp } from '#testing/app.ts';
import templates from './templates.json' with { type: 'json' };

test('each change of a factor has its own text, in both languages', async (t) => {
  const app = await testApp(t);
  const admin = app.signIn(notificationPermissions.templates);
  const changes = ['totp.added', 'totp.removed', 'passkey.added', 'passkey.removed', 'passkey.refused'];
  const all = [...changes, 'recoveryCodes.added', 'recoveryCodes.used', 'identity.added', 'identity.removed'];
  const { items } = (await admin.get('/notification-templates?name=users.factor_changed')).body;
  const samples = templates['users.factor_changed'].variables;

  for (const { id, language } of items) {
    const texts = new Set<string>();
    for (const change of all) {
      const { body } = await admin.post(`/notification-templates/${id}/preview`, { variables: { ...samples, change } });
      texts.add(body.text);
    }
    assert.equal(texts.size, all.length, language);
  }
  assert.equal(items.length, 6); // e-mail, inbox and SMS, English and Persian
});

test('when an edited template cannot be rendered, the built-in text is sent, so that users still get their codes', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await app.database.pool.query(
    `update notifications.template set body_template = '{{ cod }}', is_edited = true where name = 'users.verification'`,
  );

  const { status } = await app.anonymous.post('/users/register', {
    email,
    password: 'correct horse battery staple',
    firstName: 'Sara',
    lastName: 'Rad',
  });
  await app.drain();

  assert.equal(status, 202);
  const [mail] = await app.mailbox(email);
  assert.match(mail?.text ?? '', /It works once/);
});
