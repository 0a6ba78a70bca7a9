import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jwtVerify } from 'jose';
import { testApp, type TestApp } from '#testing/app.ts';
import { createFcm } from './fcm.ts';
import {
  formOf,
  makeAccount,
  makeBrowser,
  makeVapid,
  openCalls,
  outgoing,
  startServer,
} from '#testing/servers/message-providers.ts';
import { Outage } from './port.ts';
import { encryptPush, MAX_PUSH_BYTES, toVapid } from './protocols/push-encryption.ts';
import { createWebPush } from './web-push.ts';

const never = new AbortController().signal;
const now = () => new Date();
const browser = makeBrowser();
const account = makeAccount();
const vapid = makeVapid();

test('encryption gives the test vector of RFC 8291 byte for byte', () => {
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  const subscription = {
    endpoint: 'https://push.example/',
    publicKey: bytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
    secret: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
  };
  const fixed = {
    privateKey: bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'),
    salt: bytes('DGv6ra1nlYgDCS1FRnbzlw'),
  };

  const sealed = encryptPush(Buffer.from('When I grow up, I want to be a watermelon'), subscription, fixed);

  assert.equal(
    sealed.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

test('Web Push: only the browser can decrypt the message, and the push service can verify the sender', async (t) => {
  const { url, heard } = await startServer(t, () => ({ status: 201 }));
  const provider = createWebPush({ outbound: openCalls(t), now, ...vapid });
  const message = outgoing('push', browser.subscription(`${url}/push/1`), { data: { todoId: '1' } });

  await provider.send(message, never);

  const [{ headers, body } = assert.fail('nothing came')] = heard;
  const clear = browser.decrypt(body);
  const { title, body: text, data } = JSON.parse(clear.toString());
  assert.deepEqual([title, text, data], [message.subject, message.text, { todoId: '1' }]);
  const [, token = '', key = ''] = /^vapid t=(\S+), k=(\S+)$/.exec(headers.authorization ?? '') ?? [];
  const point = Buffer.from(key, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const { payload } = await jwtVerify(token, jwk, { audience: url });
  assert.equal(payload.sub, vapid.subject);
  assert.equal(key, toVapid(vapid.privateKey).publicKey);
  assert.match(String(headers['topic']), /^[\w-]{1,32}$/);
});

test('Web Push: a long message is shortened until it fits', async (t) => {
  const { url, heard } = await startServer(t, () => ({ status: 201 }));
  const provider = createWebPush({ outbound: openCalls(t), now, ...vapid });

  for (const text of ['ف'.repeat(10_000), '"\n'.repeat(10_000), '😀'.repeat(5000)])
    await provider.send(outgoing('push', browser.subscription(url), { text, subject: 'ط'.repeat(500) }), never);

  for (const { body } of heard) {
    assert.ok(body.length <= 4096);
    const clear = browser.decrypt(body);
    assert.ok(clear.length <= MAX_PUSH_BYTES && JSON.parse(clear.toString()).body.length > 100);
  }
  assert.equal(heard.length, 3);
});

test('Web Push: a subscription that no longer exists is suppressed', async (t) => {
  const { url } = await startServer(t, ({ path }) => ({ status: Number(path.slice(1)) }));
  const provider = createWebPush({ outbound: openCalls(t), now, ...vapid });
  const suppress = async (status: number) => {
    const outcome = await provider.send(outgoing('push', browser.subscription(`${url}/${status}`)), never);
    return outcome.outcome === 'bounced' ? outcome.suppress : outcome.outcome;
  };

  assert.deepEqual([await suppress(410), await suppress(404), await suppress(413)], [true, true, false]);
});

test('Web Push: a refusal of our signature or key is ours: the message waits, and health shows it', async (t) => {
  const { url } = await startServer(t, ({ path }) => ({
    status: Number(path.slice(1)),
    headers: { 'retry-after': '60' },
  }));
  const provider = createWebPush({ outbound: openCalls(t), now, ...vapid });

  for (const status of [401, 403])
    assert.deepEqual(await provider.send(outgoing('push', browser.subscription(`${url}/${status}`)), never), {
      outcome: 'deferred',
      error: `answered ${status}`,
      retryAfterMs: 60_000,
      isUnreached: true,
      isOurs: true,
    });
});

test('FCM: many messages share one token, and a new one is fetched when it expires or is refused', async (t) => {
  let ahead = 0;
  let status = 200;
  const { url, heard } = await startServer(t, (one) => account.issueToken(one) ?? { status, body: '{"name":"n"}' });
  const clock = () => new Date(Date.now() + ahead);
  const provider = createFcm({ outbound: openCalls(t), url, account: account.at(url), now: clock });
  const send = () => provider.send(outgoing('push', 'device-token_0123456789'), never);
  const tokens = () => heard.filter(({ path }) => path === '/token');

  await Promise.all([send(), send(), send()]);
  const atOnce = tokens().length;
  ahead = 3_590_000;
  await send();
  const afterEnd = tokens().length;
  status = 401;
  await assert.rejects(send(), Outage);
  status = 200;
  await send();

  assert.deepEqual([atOnce, afterEnd, tokens().length], [1, 2, 3]);
  const { assertion = '' } = formOf(tokens()[0] ?? assert.fail('no token was asked for'));
  const { payload } = await jwtVerify(assertion, account.publicKey, { audience: `${url}/token` });
  assert.equal(payload.iss, 'push@demo.iam.example');
});

test('FCM: a device that no longer exists is suppressed', async (t) => {
  const body = JSON.stringify({ error: { status: 'NOT_FOUND', details: [{ errorCode: 'UNREGISTERED' }] } });
  const { url } = await startServer(t, (one) => account.issueToken(one) ?? { status: 404, body });
  const provider = createFcm({ outbound: openCalls(t), url, account: account.at(url), now });

  const outcome = await provider.send(outgoing('push', 'device-token_0123456789'), never);

  assert.equal(outcome.outcome === 'bounced' && outcome.suppress, true);
});

test('browsers get the public key of this installation, and a clear refusal where Web Push is not configured', async (t) => {
  const keys = { VAPID_PRIVATE_KEY: vapid.privateKey, VAPID_SUBJECT: vapid.subject };
  const configured = await testApp(t, { environment: { BONYAN_PROVIDERS: 'webPush', ...keys } });
  const without = await testApp(t, { environment: keys });
  const ask = async (caller: TestApp['anonymous']) => {
    const { status, body } = await caller.get('/notifications/push/public-key');
    return [status, status === 200 ? body : body.code];
  };

  const found = await ask(configured.signIn());

  assert.deepEqual(found, [200, { publicKey: toVapid(vapid.privateKey).publicKey }]);
  assert.deepEqual(await ask(configured.anonymous), [401, 'http.not_signed_in']);
  assert.deepEqual(await ask(without.signIn()), [404, 'notifications.push_not_configured']);
});
