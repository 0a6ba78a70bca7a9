import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { testApp } from '#testing/app.ts';
import { createCapturedMail } from './captured.ts';
import { mailConformance } from '#testing/conformance/mail.ts';

mailConformance('captured', async (t) => {
  const { database } = await testApp(t);
  const { driver, list } = createCapturedMail(database.pool);
  return { mail: driver.port, received: async (to) => (await list(to)).toReversed() };
});

test('a mail that is sent again under the same key is captured once', async (t) => {
  const { database } = await testApp(t);
  const { driver, list } = createCapturedMail(database.pool);
  const mail = { id: newId(), to: 'sara@example.com', subject: 'once', text: 'once', html: null };

  await driver.port.send(mail);
  await driver.port.send(mail);

  assert.equal((await list('SARA@example.com')).length, 1);
});

test('the mailbox can be read only from this machine', async (t) => {
  const { http } = await testApp(t);
  const look = async (headers: Record<string, string>) =>
    (await http.inject({ url: '/dev/mailbox', headers })).statusCode;

  assert.equal(await look({ host: 'localhost:8080' }), 200);
  assert.equal(await look({ host: '127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }), 200);
  assert.equal(await look({ host: 'rebound.example' }), 404);
  assert.equal(await look({ host: 'localhost', 'x-forwarded-for': '203.0.113.9' }), 404);
  assert.equal(await look({ host: 'localhost', forwarded: 'for=203.0.113.9' }), 404);
  assert.equal(await look({ host: 'localhost', 'sec-fetch-site': 'cross-site' }), 404);
});

test('the mailbox is emptied on demand', async (t) => {
  const app = await testApp(t);
  const { driver } = createCapturedMail(app.database.pool);
  await driver.port.send({ id: newId(), to: 'sara@example.com', subject: 'x', text: 'x', html: null });
  const before = await app.mailbox('sara@example.com');

  const { statusCode } = await app.http.inject({
    method: 'DELETE',
    url: '/dev/mailbox',
    headers: { host: 'localhost' },
  });

  assert.deepEqual([before.length, statusCode], [1, 204]);
  assert.deepEqual(await app.mailbox('sara@example.com'), []);
});

test('there is no mailbox with a public address, with a mail server, or in production', async (t) => {
  const server = { SMTP_URL: 'smtp://127.0.0.1:9' };
  for (const environment of [{ HOST: '0.0.0.0' }, server, { ...server, BONYAN_MODE: 'production' }]) {
    const { http } = await testApp(t, { environment });
    const answer = await http.inject({ url: '/dev/mailbox', headers: { host: 'localhost' } });
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'http.not_found'], JSON.stringify(environment));
  }
});

test('with a mail server no other channel is captured: a channel without a provider is not available', async (t) => {
  const app = await testApp(t, { environment: { SMTP_URL: 'smtp://127.0.0.1:9' } });
  const sara = app.signIn(notificationPermissions.write);

  const { body } = await sara.post('/notifications', { channel: 'sms', recipient: '+989121234567', body: 'x' });

  assert.equal(body.code, 'notifications.channel_disabled');
});
