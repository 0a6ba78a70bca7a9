import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { testApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';
import {
  formOf,
  makeBrowser,
  makeVapid,
  startServer,
  type Heard,
  type Reply,
} from '#testing/servers/message-providers.ts';

const { read, write } = notificationPermissions;
const HOUR_MS = 3_600_000;
const PHONE = '+989121234567';
const PUBLIC_URL = 'https://bonyan.example';

/** An app whose providers are servers on loopback, and a user who sends messages. */
async function withProviders(t: TestContext, reply: (heard: Heard) => Reply) {
  const { url, heard } = await startServer(t, reply);
  const { privateKey, subject } = makeVapid();
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const app = await testApp(t, {
    environment: {
      BONYAN_PUBLIC_URL: PUBLIC_URL,
      BONYAN_OUTBOUND_ALLOW: '127.0.0.1/32',
      BONYAN_PROVIDERS: 'twilio,smsHttp,webPush,webhook,telegram',
      TWILIO_URL: url,
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_FROM: '+15005550006',
      SMS_HTTP_URL: `${url}/sms`,
      SMS_HTTP_BODY: 'to={{to|url_encode}}&text={{text|url_encode}}',
      SMS_HTTP_STATUS_SECRET: 'a secret of the gateway',
      VAPID_PRIVATE_KEY: privateKey,
      VAPID_SUBJECT: subject,
      WEBHOOK_SECRET: secret,
      TELEGRAM_URL: url,
      TELEGRAM_BOT_TOKEN: '1:abcdefghij',
    },
  });
  const sender = app.signIn(read, write);
  async function send(channel: string, recipient: string) {
    const { status, body } = await sender.post('/notifications', { channel, recipient, subject: 'x', body: 'سلام' });
    assert.equal(status, 201, JSON.stringify(body));
    await app.drain();
    return body.id as string;
  }
  const message = async (id: string) => (await sender.get(`/notifications/${id}`)).body;
  return { app, url, heard, secret, sender, send, message };
}

function signedByTwilio(fields: Record<string, string>) {
  const sorted = Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const mac = createHmac('sha1', 'token').update(
    `${PUBLIC_URL}/api/v1/notifications/status/twilio${sorted.flat().join('')}`,
  );
  return {
    method: 'POST',
    url: '/api/v1/notifications/status/twilio',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': mac.digest('base64') },
    payload: new URLSearchParams(fields).toString(),
  } as const;
}

test('an SMS goes out through Twilio, which reports that it was delivered', async (t) => {
  const { app, heard, send, message } = await withProviders(t, () => ({ status: 201, body: '{"sid":"SM1"}' }));

  const id = await send('sms', PHONE);
  const sent = await message(id);
  const { statusCode } = await app.http.inject(signedByTwilio({ MessageSid: 'SM1', MessageStatus: 'delivered' }));
  const after = await message(id);

  assert.deepEqual(
    [sent.status, sent.attempts[0].provider, statusCode, after.status],
    ['sent', 'twilio', 204, 'delivered'],
  );
  assert.notEqual(after.deliveredAt, null);
  const [request = assert.fail('nothing came')] = heard;
  assert.equal(formOf(request)['StatusCallback'], `${PUBLIC_URL}/api/v1/notifications/status/twilio`);
});

test('while Twilio is out of order the gateway is used, and its reports count for its messages', async (t) => {
  const { app, send, message } = await withProviders(t, ({ path }) =>
    path === '/sms' ? { status: 200, body: '{"id":"g1"}' } : { status: 500 },
  );
  const payload = JSON.stringify({ messageId: 'g1', status: 'bounced' });
  const mac = createHmac('sha256', 'a secret of the gateway').update(payload).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-signature-256': `sha256=${mac}` };

  const id = await send('sms', PHONE);
  const sent = await message(id);
  await app.http.inject(signedByTwilio({ MessageSid: 'g1', MessageStatus: 'delivered' })); // not its own
  await app.http.inject({ method: 'POST', url: '/api/v1/notifications/status/smsHttp', headers, payload });
  const again = await message(await send('sms', PHONE));

  assert.deepEqual([sent.attempts[0].provider, (await message(id)).status], ['smsHttp', 'failed']);
  assert.deepEqual([again.status, again.attempts[0].provider], ['failed', 'suppressed']);
});

test('a subscription that no longer exists gets one attempt', async (t) => {
  const { heard, send, message, url } = await withProviders(t, () => ({ status: 410 }));
  const recipient = makeBrowser().subscription(`${url}/push/1`);

  const first = await message(await send('push', recipient));
  await send('push', recipient);

  assert.deepEqual([first.status, heard.length], ['failed', 1]);
});

test('a webhook is signed, and has the same id at each attempt', async (t) => {
  let status = 500;
  const { app, heard, send, message, url, secret } = await withProviders(t, () => ({ status }));

  const id = await send('webhook', `${url}/hook`);
  status = 200;
  await app.drain(HOUR_MS);

  assert.equal((await message(id)).status, 'sent');
  assert.deepEqual(
    heard.map(({ headers }) => headers['webhook-id']),
    [id, id],
  );
  for (const { body, headers } of heard) new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
});

test('a message to a webhook at an internal address is refused when it is created', async (t) => {
  const { sender } = await withProviders(t, () => ({ status: 200 }));

  for (const recipient of [
    'http://169.254.169.254/',
    'http://[::1]/',
    'http://10.0.0.7/',
    'https://u:p@example.com/',
  ]) {
    const { status, body } = await sender.post('/notifications', {
      channel: 'webhook',
      recipient,
      subject: 'x',
      body: 'x',
    });
    assert.deepEqual([status, body.code], [400, 'notifications.recipient_invalid'], recipient);
  }
});

test('the retry time of a provider is respected', async (t) => {
  let reply: Reply = { status: 429, headers: { 'retry-after': '600' } };
  const { app, heard, send, message } = await withProviders(t, () => reply);

  const id = await send('telegram', '42');
  reply = { status: 200, body: '{"ok":true,"result":{"message_id":7}}' };
  await app.drain(599_000);
  const early = heard.length;
  await app.drain(602_000);

  assert.deepEqual([early, (await message(id)).status], [1, 'sent']);
});
