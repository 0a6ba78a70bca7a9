import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Component } from '#platform/health/port.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { isRefusedUnsent, type Supervise } from '#platform/resilience/port.ts';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { testApp } from '#testing/app.ts';
import { createChannels } from './failover.ts';
import { openCalls, outgoing, startServer, type Reply } from '#testing/servers/message-providers.ts';
import type { MessageProvider } from './port.ts';
import { createKavenegar } from './kavenegar.ts';
import { createSlack } from './slack.ts';
import { createTwilio } from './twilio.ts';
import { createWebhook } from './webhook.ts';

const never = new AbortController().signal;
const now = () => new Date();
const PHONE = '+989121234567';
const BREAK_AFTER = 5;

/** Twilio first, Kavenegar second, each a server that gives the answers of the test. */
async function twoProviders(t: TestContext) {
  const replies: { twilio: Reply; kavenegar: Reply } = {
    twilio: { status: 201, body: '{}' },
    kavenegar: { status: 200 },
  };
  const [first, second] = [await startServer(t, () => replies.twilio), await startServer(t, () => replies.kavenegar)];
  const components: Component[] = [];
  const guard: Supervise = (driver, policy) =>
    supervise(driver, { ...defaultPolicy, ...policy, breakMs: 60_000 }, components);
  const needs = { outbound: openCalls(t), now };
  const twilio = { ...needs, url: first.url, accountSid: 'AC1', authToken: 'x', from: '+1500555', statusUrl: null };
  const channels = createChannels({
    providers: [
      { channel: 'sms', provider: createTwilio(twilio) },
      { channel: 'sms', provider: createKavenegar({ ...needs, url: second.url, apiKey: 'k', sender: null }) },
      { channel: 'webhook', provider: createWebhook({ ...needs, secrets: ['whsec_x'] }) },
    ],
    concurrency: 20,
    supervise: guard,
  });
  const unwell = async (name: string) => {
    try {
      await components.find((component) => component.name === name)?.probe();
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return { replies, first, second, channels, unwell, send: () => channels.send(outgoing('sms', PHONE), never) };
}

test('the first provider is used while it works, and the result names it', async (t) => {
  const { send, second, channels } = await twoProviders(t);

  assert.deepEqual(await send(), { outcome: 'sent', messageId: null, provider: 'twilio' });
  assert.equal(second.heard.length, 0);
  assert.deepEqual(channels.enabled, ['sms', 'webhook']);
});

test('the next provider is used when the first reports that it is out of order', async (t) => {
  const { send, replies, first } = await twoProviders(t);
  replies.twilio = { status: 500 };

  for (let times = 0; times < BREAK_AFTER + 2; times += 1) assert.equal((await send()).provider, 'kavenegar');

  assert.equal(first.heard.length, BREAK_AFTER, 'its circuit is open');
});

test('a refusal that may concern one recipient leaves the circuit closed, and the next provider is tried', async (t) => {
  const { send, replies, first, second, unwell } = await twoProviders(t);
  const refusals = [301, 402, 403, 404, 405, 410].map((status): Reply => ({ status }));
  for (const code of [21408, 21611]) refusals.push({ status: 400, body: JSON.stringify({ code }) });

  for (const refusal of refusals) {
    replies.twilio = refusal;
    assert.deepEqual([(await send()).provider, (await unwell('sms.twilio')) !== null], ['kavenegar', true]);
  }
  replies.kavenegar = { status: 403 };
  const waiting = await send();
  replies.kavenegar = { status: 503 };
  const read = await send();
  replies.twilio = { status: 201, body: '{}' };

  assert.deepEqual([waiting.outcome, 'isUnreached' in waiting && waiting.isUnreached], ['deferred', true]);
  assert.deepEqual([read.outcome, 'isUnreached' in read && read.isUnreached], ['deferred', false]);
  assert.equal((await send()).provider, 'twilio');
  assert.equal(first.heard.length, refusals.length + 3);
  assert.equal(second.heard.length, refusals.length + 2);
});

test('an attempt that one provider has read counts, although the next cannot be reached', async (t) => {
  const { send, replies, second } = await twoProviders(t);
  replies.twilio = { status: 500 };
  second.stop();

  const result = await send();

  assert.deepEqual([result.outcome, 'isUnreached' in result && result.isUnreached], ['deferred', false]);
});

test('a message that the first provider may have taken is deferred, not sent by the second too', async (t) => {
  const { send, replies, second } = await twoProviders(t);
  replies.twilio = 'cut';

  const results = [];
  for (let times = 0; times < BREAK_AFTER + 1; times += 1) results.push(await send());

  assert.deepEqual(
    results.slice(0, BREAK_AFTER).map(({ outcome, provider }) => [outcome, provider]),
    Array.from({ length: BREAK_AFTER }, () => ['deferred', 'twilio']),
  );
  assert.deepEqual([results.at(-1)?.provider, second.heard.length], ['kavenegar', 1], 'now its circuit is open');
});

test('when a provider defers or refuses a message, no other provider is tried', async (t) => {
  const { send, replies, second } = await twoProviders(t);

  replies.twilio = { status: 429, headers: { 'retry-after': '9' } };
  const busy = await send();
  replies.twilio = { status: 400, body: '{"code":21614}' };
  const dead = await send();

  assert.deepEqual([busy.outcome, busy.outcome === 'deferred' && busy.retryAfterMs], ['deferred', 9000]);
  assert.deepEqual([dead.outcome, dead.outcome === 'bounced' && dead.suppress], ['bounced', true]);
  assert.equal(second.heard.length, 0);
});

test('a message waits for a channel or a hook that the settings no longer have', async (t) => {
  const { channels } = await twoProviders(t);
  const slack = createSlack({ outbound: openCalls(t), operated: openCalls(t), defaultUrl: null, now });
  const rooms = createChannels({
    providers: [{ channel: 'slack', provider: slack }],
    concurrency: 1,
    supervise: (driver, policy) => supervise(driver, { ...defaultPolicy, ...policy }, []),
  });

  for (const result of [
    await channels.send(outgoing('push', 'device'), never),
    await rooms.send(outgoing('slack', 'default'), never),
  ])
    assert.deepEqual(
      [result.outcome, 'isUnreached' in result && result.isUnreached, result.provider],
      ['deferred', true, 'none'],
    );
  assert.equal((await rooms.send(outgoing('slack', 'no address'), never)).outcome, 'bounced');
});

test('a message that a stop of this process gives up before it was sent has reached nobody', async (t) => {
  const { channels, first } = await twoProviders(t);
  const given = await channels.send(outgoing('sms', PHONE), AbortSignal.abort());

  assert.deepEqual(
    [given.outcome, 'isUnreached' in given && given.isUnreached, first.heard.length],
    ['deferred', true, 0],
  );
});

test('when every circuit is open no provider is asked, and this does not count as an attempt', async (t) => {
  const { send, replies } = await twoProviders(t);
  replies.twilio = replies.kavenegar = { status: 503 };
  for (let times = 0; times < BREAK_AFTER; times += 1) assert.equal((await send()).outcome, 'deferred');

  await assert.rejects(send(), isRefusedUnsent);
});

test('failing hooks of some recipients do not open the circuit for others', async (t) => {
  const { channels } = await twoProviders(t);
  const [dead, alive] = [await startServer(t, () => ({ status: 500 })), await startServer(t, () => ({ status: 200 }))];

  for (let times = 0; times < 2 * BREAK_AFTER; times += 1)
    assert.equal((await channels.send(outgoing('webhook', dead.url), never)).outcome, 'deferred');

  assert.equal((await channels.send(outgoing('webhook', alive.url), never)).outcome, 'sent');
});

test('health shows the failure of a provider, without the address, until it works again', async (t) => {
  const { send, replies, unwell } = await twoProviders(t);
  replies.twilio = { status: 401, body: `{"message":"${PHONE}"}` };

  await send();
  const during = await unwell('sms.twilio');
  replies.twilio = { status: 201, body: '{}' };
  await send();

  assert.match(during ?? '', /401/);
  assert.ok(!during?.includes(PHONE));
  assert.equal(await unwell('sms.twilio'), null);
});

test('each provider is given at most the configured number of messages at once, independently of others', async () => {
  const components: Component[] = [];
  const waiting = Promise.withResolvers<void>();
  const underWay = { slow: 0, quick: 0 };
  const most = { slow: 0, quick: 0 };
  const provider = (name: 'slow' | 'quick', held: Promise<void>): MessageProvider => ({
    name,
    refuses: () => null,
    async send() {
      most[name] = Math.max(most[name], ++underWay[name]);
      await held;
      underWay[name]--;
      return { outcome: 'sent', messageId: null };
    },
  });
  const channels = createChannels({
    providers: [
      { channel: 'sms', provider: provider('slow', waiting.promise) },
      { channel: 'telegram', provider: provider('quick', Promise.resolve()) },
    ],
    concurrency: 3,
    supervise: (driver, policy) => supervise(driver, { ...defaultPolicy, ...policy }, components),
  });
  const slow = Array.from({ length: 10 }, () => channels.send(outgoing('sms', PHONE), never));

  const quick = await Promise.all(Array.from({ length: 10 }, () => channels.send(outgoing('telegram', '1'), never)));
  const meanwhile = underWay.slow;
  waiting.resolve();
  const outcomes = [...quick, ...(await Promise.all(slow))].map(({ outcome }) => outcome);

  assert.deepEqual([meanwhile, most], [3, { slow: 3, quick: 3 }]);
  assert.deepEqual(outcomes, Array(20).fill('sent'));
});

test('a channel says why it refuses a recipient, or that it has no provider', async (t) => {
  const { channels } = await twoProviders(t);

  assert.match(channels.refuses('sms', '0912') ?? '', /E\.164/);
  assert.equal(channels.refuses('sms', PHONE), null);
  assert.match(channels.refuses('telegram', '42') ?? '', /no provider/);
  assert.deepEqual(
    [
      (await channels.send(outgoing('sms', '0912'), never)).outcome,
      (await channels.send(outgoing('telegram', '1'), never)).provider,
    ],
    ['bounced', 'none'],
  );
});

test('an address that the server repeats in its error is not kept', async (t) => {
  const smtp = await startSmtpServer(t);
  const { channels } = await testApp(t, { environment: { SMTP_URL: smtp.url } });

  const result = await channels.send(outgoing('email', 'bounce@example.com'), never);

  assert.deepEqual([result.outcome, result.outcome === 'bounced' && result.suppress], ['bounced', true]);
  assert.doesNotMatch(JSON.stringify(result), /bounce@example\.com/);
});

test('while the first mail server cannot be reached, the second is used', async (t) => {
  const second = await startSmtpServer(t);
  const { channels } = await testApp(t, {
    environment: { SMTP_URL: 'smtp://127.0.0.1:9', SMTP_FALLBACK_URL: second.url },
  });

  const { outcome, provider } = await channels.send(outgoing('email', 'sara@example.com'), never);

  assert.deepEqual([outcome, provider], ['sent', 'smtpFallback']);
  assert.equal((await second.received('sara@example.com')).length, 1);
});

test('an address that needs SMTPUTF8 goes to the mail server that offers it, in any order', async (t) => {
  const to = 'سارا@example.com';
  const outcomes = [];
  for (const offers of [
    [false, true],
    [true, false],
    [false, false],
  ]) {
    const [first, second] = await Promise.all(
      offers.map((offersUtf8) => startSmtpServer(t, 'none', null, null, offersUtf8)),
    );
    const app = await testApp(t, { environment: { SMTP_URL: first?.url ?? '', SMTP_FALLBACK_URL: second?.url ?? '' } });
    const { outcome } = await app.channels.send({ ...outgoing('email', to) }, never);
    outcomes.push([outcome, (await first?.received(to))?.length, (await second?.received(to))?.length]);
  }

  assert.deepEqual(outcomes, [
    ['sent', 0, 1],
    ['sent', 1, 0],
    ['bounced', 0, 0],
  ]);
});

test('in development messages of a channel without a provider are captured in the mailbox', async (t) => {
  const { channels, mailbox } = await testApp(t);
  const recipients = {
    sms: PHONE,
    telegram: '42',
    slack: 'https://hooks.example/A',
    webhook: 'https://example.com/hook',
  } as const;

  for (const [channel, recipient] of Object.entries(recipients) as [keyof typeof recipients, string][]) {
    const message = outgoing(channel, recipient);
    assert.deepEqual(await channels.send(message, never), {
      outcome: 'sent',
      messageId: message.id,
      provider: 'captured',
    });
    assert.deepEqual(
      (await mailbox(recipient)).map(({ text }: { text: string }) => text),
      [message.text],
    );
  }

  assert.equal(channels.enabled.length, 7);
  assert.match(channels.refuses('push', 'x') ?? '', /device token/);
});

test('in production nothing is captured: a channel without a provider is not enabled', async (t) => {
  const production = { BONYAN_MODE: 'production', SMTP_URL: 'smtp://127.0.0.1:9' };
  const bare = await testApp(t, { environment: production });
  const some = await testApp(t, {
    environment: { ...production, BONYAN_PROVIDERS: 'telegram,slack', TELEGRAM_BOT_TOKEN: '1:abcdefghij' },
  });

  assert.deepEqual(bare.channels.enabled, ['email']);
  assert.deepEqual(some.channels.enabled, ['email', 'telegram', 'slack']);
});
