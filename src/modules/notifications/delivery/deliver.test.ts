import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { sometime } from '#testing/branding.ts';
import { testApp } from '#testing/app.ts';
import { declareShop } from '#testing/shop.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write } = notificationPermissions;
const mail = { channel: 'email', subject: 'Hello', body: 'Dear you' };

test('a product e-mail has the headers of RFC 8058, other e-mails do not, and a post to the URL declines', async (t) => {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url } });
  const sara = app.signIn(read, write);
  const [bought, told] = [app.randomEmail(), app.randomEmail()];
  await sara.post('/notifications', { ...mail, category: 'product', recipient: bought });
  await sara.post('/notifications', { ...mail, recipient: told });
  await app.drain();

  const [[product], [general]] = [await smtp.received(bought), await smtp.received(told)];
  const headers = unfold(product?.raw ?? '');
  const link = /^List-Unsubscribe: <(https?:\/\/[^>]+)>$/m.exec(headers)?.[1] ?? '';
  const { statusCode } = await app.http.inject({
    method: 'POST',
    url: link,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'List-Unsubscribe=One-Click',
  });
  const after = await sara.post('/notifications', { ...mail, category: 'product', recipient: bought });

  assert.match(headers, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
  assert.doesNotMatch(unfold(general?.raw ?? ''), /^List-Unsubscribe/m);
  assert.deepEqual([statusCode, after.body.status, after.body.statusReason], [200, 'cancelled', 'optedOut']);
});

test('the headers of RFC 8058 need https, also on another host than this machine', async (t) => {
  const cases = [
    ['development', 'http://localhost:8080', true],
    ['production', 'http://localhost:8080', false],
    ['production', 'https://api.example.com', true],
    ['development', 'http://api.example.com', false],
    ['development', 'http://localhost.example.com', false],
  ] as const;
  for (const [mode, publicUrl, isThere] of cases) {
    const smtp = await startSmtpServer(t);
    const app = await testApp(t, {
      environment: { BONYAN_MODE: mode, SMTP_URL: smtp.url, BONYAN_PUBLIC_URL: publicUrl },
    });
    const recipient = app.randomEmail();
    await app.signIn(read, write).post('/notifications', { ...mail, category: 'product', recipient });
    await app.drain();

    const [product] = await smtp.received(recipient);

    assert.equal(/^List-Unsubscribe/m.test(product?.raw ?? ''), isThere, `${mode} ${publicUrl}`);
    assert.ok(product?.raw.includes('unsubscribe?'), 'the link in the text stays');
  }
});

test('a security message is sent during quiet hours, and other messages wait and say until when', async (t) => {
  const app = await testApp(t);
  await declareShop(app);
  const sara = app.signIn(read, write);
  const email = app.randomEmail();
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: sara.userId, email, language: 'en', timeZone: 'UTC' }),
  );
  await sara.put('/notifications/preferences', { quietHours: { from: '22:00', to: '07:00' } });
  app.pass(Date.parse('2027-03-20T23:30:00Z') - app.now().getTime());

  const { body: held } = await sara.post('/notifications', { ...mail, recipient: sara.userId });
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.send(unit, {
      template: 'shop.alert',
      category: 'security',
      occurrence: sometime,
      variables: {},
      to: { userId: sara.userId },
    }),
  );
  await app.drain();

  const subjects = (await app.mailbox(email)).map(({ subject }: { subject: string }) => subject);
  assert.deepEqual(subjects, ['Your order was changed']);
  const waiting = (await sara.get(`/notifications/${held.id}`)).body;
  assert.deepEqual(
    [waiting.status, waiting.statusReason, waiting.heldUntil],
    ['pending', 'quietHours', '2027-03-21T07:00:00.000Z'],
  );
  app.pass(8 * 3_600_000);
  await app.drain(8 * 3_600_000);
  const sent = (await sara.get(`/notifications/${held.id}`)).body;
  assert.deepEqual([sent.status, sent.statusReason, sent.heldUntil], ['sent', null, null]);
});

/** The header of a mail, each field in one line. */
function unfold(raw: string): string {
  const [head = ''] = raw.split('\r\n\r\n');
  return head.replace(/\r\n[ \t]+/g, ' ').replaceAll('\r\n', '\n');
}
