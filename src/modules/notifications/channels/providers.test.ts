import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { openOutbound } from '#platform/outbound/undici.ts';
import { toAllowance } from '#platform/outbound/addresses.ts';
import { providerConformance } from '#testing/conformance/provider.ts';
import { createFcm } from './fcm.ts';
import {
  formOf,
  jsonOf,
  makeAccount,
  makeBrowser,
  makeVapid,
  openCalls,
  outgoing,
  startKavenegar,
  startServer,
  type KavenegarStatus,
} from '#testing/servers/message-providers.ts';
import { createKavenegar } from './kavenegar.ts';
import { Outage } from './port.ts';
import { createSlack } from './slack.ts';
import { createSmsHttp } from './sms-http.ts';
import { createTeams } from './teams.ts';
import { createTelegram } from './telegram.ts';
import { createTwilio } from './twilio.ts';
import { createWebPush } from './web-push.ts';
import { createWebhook } from './webhook.ts';

const never = new AbortController().signal;
const now = () => new Date();
const PHONE = '+989121234567';
const notPhones = ['', '09121234567', '+0', '98 912', 'sara@example.com', '+98912123456789012'];
const internal = ['', 'x', 'ftp://example.com/', 'javascript:alert(1)'];

const browser = makeBrowser();
const account = makeAccount();
const vapid = makeVapid();
const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
const oldSecret = `whsec_${randomBytes(24).toString('base64')}`;

const twilio = { accountSid: 'AC1', authToken: 'token', from: '+15005550006', statusUrl: 'https://b.example/status' };
const sms = {
  method: 'POST',
  headers: { authorization: 'Bearer x' },
  body: '{"to":{{to|json}},"text":{{text|json}}}',
  messageIdPath: 'data.0.id',
} as const;

providerConformance({
  name: 'twilio',
  channel: 'sms',
  owner: 'provider',
  create: (needs) => createTwilio({ ...needs, ...twilio }),
  recipient: () => PHONE,
  refused: notPhones,
  yes: { reply: { status: 201, body: '{"sid":"SM1"}' }, messageId: 'SM1' },
  keyOf: ({ headers }) => headers['i-twilio-idempotency-token'],
});

providerConformance({
  name: 'kavenegar',
  channel: 'sms',
  owner: 'provider',
  create: (needs) => createKavenegar({ ...needs, apiKey: 'key', sender: '10004346' }),
  recipient: () => PHONE,
  refused: notPhones,
  yes: {
    reply: { status: 200, body: '{"return":{"status":200},"entries":[{"messageid":8792343}]}' },
    messageId: '8792343',
  },
  keyOf: (heard) => formOf(heard)['localid'],
});

providerConformance({
  name: 'smsHttp',
  channel: 'sms',
  owner: 'provider',
  create: (needs) => createSmsHttp({ ...needs, ...sms }),
  recipient: () => PHONE,
  refused: notPhones,
  yes: { reply: { status: 202, body: '{"data":[{"id":42}]}' }, messageId: '42' },
  keyOf: ({ headers }) => headers['idempotency-key'],
});

providerConformance({
  name: 'webPush',
  channel: 'push',
  owner: 'recipient',
  create: (needs) => createWebPush({ ...needs, ...vapid }),
  recipient: (url) => browser.subscription(`${url}/push/1`),
  refused: [
    '',
    '{}',
    'null',
    'token',
    browser.subscription('ftp://example.com/'),
    JSON.stringify({ endpoint: 'https://p.example/', keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) } }),
    JSON.stringify({ endpoint: 'https://p.example/', keys: { p256dh: browser.publicKey, auth: 'A' } }),
  ],
  yes: { reply: { status: 201, headers: { location: '/receipt/1' } }, messageId: null },
  keyOf: ({ headers }) => headers['topic'],
});

providerConformance({
  name: 'fcm',
  channel: 'push',
  owner: 'provider',
  create: ({ url, ...needs }) => createFcm({ ...needs, url, account: account.at(url) }),
  recipient: () => 'device-token_0123456789:APA91b',
  refused: ['', '{}', 'short', 'with space in the token'],
  yes: { reply: { status: 200, body: '{"name":"projects/demo/messages/1"}' }, messageId: 'projects/demo/messages/1' },
  before: account.issueToken,
  keyOf: (heard) => jsonOf(heard).message.data.id,
});

providerConformance({
  name: 'slack',
  channel: 'slack',
  owner: 'recipient',
  create: ({ outbound, now: at }) => createSlack({ outbound, operated: outbound, now: at, defaultUrl: null }),
  recipient: (url) => `${url}/services/T/B/X`,
  refused: [...internal, 'default'],
  yes: { reply: { status: 200, body: 'ok' }, messageId: null },
  keyOf: null,
});

providerConformance({
  name: 'teams',
  channel: 'teams',
  owner: 'recipient',
  create: ({ outbound, now: at }) => createTeams({ outbound, operated: outbound, now: at, defaultUrl: null }),
  recipient: (url) => `${url}/workflows/1`,
  refused: [...internal, 'default'],
  yes: { reply: { status: 202 }, messageId: null },
  keyOf: null,
});

providerConformance({
  name: 'telegram',
  channel: 'telegram',
  owner: 'provider',
  create: (needs) => createTelegram({ ...needs, token: '1:token' }),
  recipient: () => '-1001234567890',
  refused: ['', 'sara', '12 34', '@a'],
  yes: { reply: { status: 200, body: '{"ok":true,"result":{"message_id":7}}' }, messageId: '7' },
  keyOf: null,
});

providerConformance({
  name: 'webhook',
  channel: 'webhook',
  owner: 'recipient',
  create: ({ outbound, now: at }) => createWebhook({ outbound, now: at, secrets: [webhookSecret] }),
  recipient: (url) => `${url}/hook`,
  refused: internal,
  yes: { reply: { status: 204 }, messageId: null },
  keyOf: ({ headers }) => headers['webhook-id'],
});

test('webhooks verify by the standard library, with the new secret and with the one before', async (t) => {
  const { url, heard } = await startServer(t, () => ({ status: 200 }));
  const provider = createWebhook({ outbound: openCalls(t), secrets: [webhookSecret, oldSecret], now });
  const message = outgoing('webhook', url, { data: { a: 1 } });

  await provider.send(message, never);

  const [{ headers, body } = assert.fail('nothing came')] = heard;
  const given = headers as Record<string, string>;
  for (const secret of [webhookSecret, oldSecret]) {
    const { type, data } = new Webhook(secret).verify(body.toString(), given) as { type: string; data: object };
    assert.deepEqual(
      [type, data],
      ['notification', { id: message.id, subject: message.subject, text: message.text, data: { a: 1 } }],
    );
  }
  assert.throws(() => new Webhook(`whsec_${randomBytes(24).toString('base64')}`).verify(body.toString(), given));
  assert.equal(given['webhook-id'], message.id);
});

test('a webhook to an internal address is refused, and a redirect is not followed', async (t) => {
  const { url, heard } = await startServer(t, () => ({ status: 302, headers: { location: '/other' } }));
  const checked = openOutbound({ allow: toAllowance([]) });
  t.after(checked.close);
  const create = (outbound: typeof checked.outbound) => createWebhook({ outbound, secrets: [webhookSecret], now });

  const inside = await create(checked.outbound).send(outgoing('webhook', url), never);
  const redirected = await create(openCalls(t)).send(outgoing('webhook', url), never);

  assert.notEqual(create(checked.outbound).refuses(url), null);
  assert.deepEqual([inside.outcome, redirected.outcome, heard.length], ['bounced', 'bounced', 1]);
});

test('Twilio: the request is right, and a number without SMS is distinguished from a wrong sender and a wrong password', async (t) => {
  let reply = { status: 201, body: '{"sid":"SM1"}' };
  const { url, heard } = await startServer(t, () => reply);
  const provider = createTwilio({ outbound: openCalls(t), url, now, ...twilio });
  const send = () => provider.send(outgoing('sms', PHONE), never);

  await send();
  reply = { status: 400, body: '{"code":21610}' };
  const dead = await send();
  reply = { status: 400, body: '{"code":21606}' };
  const sender = await send();
  reply = { status: 401, body: '{"code":20003}' };
  await assert.rejects(send(), Outage);

  const [first = assert.fail('nothing came')] = heard;
  assert.deepEqual(formOf(first), {
    To: PHONE,
    From: twilio.from,
    Body: outgoing('sms', PHONE).text,
    StatusCallback: twilio.statusUrl,
  });
  assert.equal(first.headers.authorization, `Basic ${Buffer.from('AC1:token').toString('base64')}`);
  assert.equal(dead.outcome === 'bounced' && dead.suppress, true);
  assert.equal(sender.outcome === 'deferred' && sender.isUnreached && sender.isOurs, true);
});

test('Kavenegar: a bad number is suppressed, an error of our account is ours, a busy service is an outage', async (t) => {
  let status: KavenegarStatus = 411;
  const { url, heard, textsTo } = await startKavenegar(t, () => status);
  const provider = createKavenegar({ outbound: openCalls(t), url, apiKey: 'key', sender: null, now });
  const message = outgoing('sms', PHONE);
  const send = () => provider.send(message, never);

  const dead = await send();
  status = 418;
  const unpaid = await send();
  status = 409;
  await assert.rejects(send(), Outage);
  status = 200;
  const [sent, again] = [await send(), await send()];

  assert.equal(dead.outcome === 'bounced' && dead.suppress, true);
  assert.equal(unpaid.outcome === 'deferred' && unpaid.isUnreached && unpaid.isOurs, true);
  assert.deepEqual(
    [sent, again],
    [1, 2].map(() => ({ outcome: 'sent', messageId: '8792343' })),
  );
  assert.deepEqual(textsTo(PHONE), [message.text], 'one SMS');
  assert.equal(formOf(heard[0] ?? assert.fail('nothing came'))['receptor'], '00989121234567');
});

test('smsHttp: template and headers make the request, and texts are escaped in it', async (t) => {
  const { url, heard } = await startServer(t, () => ({ status: 200 }));
  const outbound = openCalls(t);
  const post = createSmsHttp({ ...sms, outbound, url, now });
  const get = createSmsHttp({
    ...sms,
    outbound,
    url: `${url}/send`,
    now,
    method: 'GET',
    body: 'to={{to|url_encode}}&text={{text|url_encode}}',
  });
  const text = '","to":"+1"&to=+1\n';

  await post.send(outgoing('sms', PHONE, { text }), never);
  await get.send(outgoing('sms', PHONE, { text }), never);

  const [posted = assert.fail('nothing came'), got] = heard;
  assert.deepEqual(jsonOf(posted), { to: PHONE, text });
  assert.deepEqual([posted.headers.authorization, posted.headers['content-type']], ['Bearer x', 'application/json']);
  const query = new URL(got?.path ?? '', url).searchParams;
  assert.deepEqual([query.getAll('to'), query.get('text')], [[PHONE], text]);
});

test('Telegram: a chat that blocked the bot is suppressed, its retry time is respected, and a revoked token is an outage', async (t) => {
  let reply = { status: 403, body: '{"ok":false,"description":"Forbidden: bot was blocked by the user"}' };
  const { url, heard } = await startServer(t, () => reply);
  const provider = createTelegram({ outbound: openCalls(t), url, token: '1:token', now });
  const send = () => provider.send(outgoing('telegram', '42', { text: 'x'.repeat(5000) }), never);

  const blocked = await send();
  reply = { status: 429, body: '{"ok":false,"parameters":{"retry_after":3}}' };
  const busy = await send();
  reply = { status: 401, body: '{"ok":false,"description":"Unauthorized"}' };
  await assert.rejects(send(), Outage);

  assert.equal(blocked.outcome === 'bounced' && blocked.suppress, true);
  assert.equal(busy.outcome === 'deferred' && busy.retryAfterMs, 3000);
  const [first = assert.fail('nothing came')] = heard;
  assert.deepEqual(
    [first.path, jsonOf(first).chat_id, jsonOf(first).text.length],
    ['/bot1:token/sendMessage', '42', 4096],
  );
});

test('Slack and Teams: texts are shown as written, and `default` means the hook of the settings', async (t) => {
  const { url, heard } = await startServer(t, () => ({ status: 200, body: 'ok' }));
  const checked = openOutbound({ allow: toAllowance([]) });
  t.after(checked.close);
  const needs = { outbound: checked.outbound, operated: openCalls(t), defaultUrl: `${url}/default`, now };

  await createSlack(needs).send(outgoing('slack', 'default', { text: '<!everyone> & <https://x.example|y>' }), never);
  await createTeams(needs).send(outgoing('teams', 'default'), never);
  const inside = await createSlack(needs).send(outgoing('slack', url), never);

  const [slack = assert.fail('nothing came'), teams = assert.fail('nothing came')] = heard;
  assert.deepEqual([slack.path, teams.path], ['/default', '/default'], 'a hook of the settings may be internal');
  assert.deepEqual([inside.outcome, heard.length], ['bounced', 2], 'a hook that a user gives may not');
  assert.equal(jsonOf(slack).text, '*سلام*\n&lt;!everyone&gt; &amp; &lt;https://x.example|y&gt;');
  assert.equal(jsonOf(teams).attachments[0].content.body[1].inlines[0].text, outgoing('teams', '').text);
});

test('an address in the settings that may not be called is ours, one that a recipient gives is final', async (t) => {
  const outbound = openCalls(t);
  const url = 'http://me:secret@127.0.0.1:9';
  const needs = { outbound, url, now };
  const hooks = { outbound, operated: outbound, defaultUrl: url, now };
  const ours = [
    createTwilio({ ...needs, ...twilio }).send(outgoing('sms', PHONE), never),
    createKavenegar({ ...needs, apiKey: 'key', sender: null }).send(outgoing('sms', PHONE), never),
    createSmsHttp({ ...needs, ...sms }).send(outgoing('sms', PHONE), never),
    createTelegram({ ...needs, token: '1:token' }).send(outgoing('telegram', '42'), never),
    createSlack(hooks).send(outgoing('slack', 'default'), never),
    createTeams(hooks).send(outgoing('teams', 'default'), never),
  ];
  const theirs = [
    createWebhook({ outbound, secrets: [webhookSecret], now }).send(outgoing('webhook', url), never),
    createSlack(hooks).send(outgoing('slack', url), never),
  ];

  for (const outcome of await Promise.all(ours))
    assert.equal(outcome.outcome === 'deferred' && outcome.isUnreached && outcome.isOurs, true);
  for (const { outcome } of await Promise.all(theirs)) assert.equal(outcome, 'bounced');
});

test('Teams: a 200 whose text reports an error is that error', async (t) => {
  const body = 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429';
  const { url } = await startServer(t, () => ({ status: 200, body }));

  const outbound = openCalls(t);
  const outcome = await createTeams({ outbound, operated: outbound, defaultUrl: null, now }).send(
    outgoing('teams', url),
    never,
  );

  assert.equal(outcome.outcome, 'deferred');
});
