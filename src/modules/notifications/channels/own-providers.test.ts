import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { jsonOf, startServer, type Reply } from '#testing/servers/message-providers.ts';
import { notificationPermissions } from '../contract.ts';
import { refusesPhone } from './addresses.ts';
import { Outage, type MessageProvider, type OwnProvider, type ProviderChannel } from './port.ts';
import { ask, isAnswer, parseAnswer, pick, toFailure } from './protocols/http-answers.ts';

const { read, write } = notificationPermissions;
const PHONE = '+989121234567';

/** As the manual shows one. */
const createPigeon: OwnProvider = ({ operated, environment, now }) => ({
  channel: 'sms',
  provider: {
    name: 'pigeon',
    refuses: refusesPhone,
    async send({ id, recipient, text }, signal) {
      const url = environment['PIGEON_URL'] ?? '';
      const body = JSON.stringify({ id, to: recipient, text });
      const answer = await ask(operated, 'provider', { method: 'POST', url, body, signal });
      if (!isAnswer(answer)) return answer;
      return toFailure(answer, 'provider', now()) ?? { outcome: 'sent', messageId: pick(parseAnswer(answer), 'id') };
    },
  },
});

/** Sends an SMS where the provider's server and the gateway of the settings give these answers. */
async function sendSms(t: TestContext, reply: Reply) {
  const pigeon = await startServer(t, () => reply);
  const gateway = await startServer(t, () => ({ status: 200, body: '{"id":"of the gateway"}' }));
  const app = await testApp(t, {
    ownProviders: [createPigeon],
    environment: {
      PIGEON_URL: pigeon.url,
      BONYAN_PROVIDERS: 'smsHttp',
      SMS_HTTP_URL: gateway.url,
      SMS_HTTP_BODY: '{"to":{{to|json}}}',
    },
  });
  const sender = app.signIn(read, write);
  const { status, body } = await sender.post('/notifications', { channel: 'sms', recipient: PHONE, body: 'سلام' });
  assert.equal(status, 201, JSON.stringify(body));
  await app.drain();
  return { message: (await sender.get(`/notifications/${body.id}`)).body, pigeon, gateway };
}

test('a provider outside the program is tried before those of the settings', async (t) => {
  const { message, pigeon, gateway } = await sendSms(t, { status: 200, body: '{"id":"of the pigeon"}' });

  assert.deepEqual([message.status, message.attempts[0].provider], ['sent', 'pigeon']);
  assert.deepEqual([pigeon.heard.length, gateway.heard.length], [1, 0]);
  assert.deepEqual(jsonOf(pigeon.heard[0] ?? assert.fail()), { id: message.id, to: PHONE, text: 'سلام' });
});

test('where it fails, the next provider sends', async (t) => {
  const { message, gateway } = await sendSms(t, { status: 500 });

  assert.deepEqual([message.status, message.attempts[0].provider, gateway.heard.length], ['sent', 'smsHttp', 1]);
});

test('providers that do not fit are refused at the start with all that is wrong', async (t) => {
  const send = () => Promise.reject(new Outage('never', { mayHaveArrived: false }));
  const make = (channel: string, provider: Partial<MessageProvider>): OwnProvider => {
    return () => ({
      channel: channel as ProviderChannel,
      provider: { refuses: () => null, send, ...provider } as never,
    });
  };
  const createNothing = (() => undefined) as never;
  const createBroken = (() => {
    throw new Error('no settings');
  }) as OwnProvider;
  const ownProviders = [
    make('sms', { name: 'pigeon' }),
    make('email', { name: 'pigeon' }),
    make('sms', { name: 'twilio' }),
    make('fax', { name: 'Old Fax' }),
    make('sms', { name: 'half', send: null as never }),
    createNothing,
    createBroken,
  ];

  await assert.rejects(testApp(t, { ownProviders }), ({ message }: Error) => {
    assert.deepEqual(message.match(/provider .*/g), [
      'provider pigeon: there is a provider pigeon already; expected another name',
      'provider twilio: there is a provider twilio already; expected another name',
      `provider Old Fax: channel: expected one of email, sms, push, slack, teams, telegram, webhook`,
      'provider Old Fax: name: expected small letters and digits, at most 40',
      'provider half: expected `refuses` and `send`',
      `provider createNothing: channel: expected one of email, sms, push, slack, teams, telegram, webhook`,
      'provider createNothing: name: expected small letters and digits, at most 40',
      'provider createNothing: expected `refuses` and `send`',
      'provider createBroken: Error: no settings',
    ]);
    return true;
  });
});
