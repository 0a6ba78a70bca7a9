import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { makeAccount, makeBrowser, makeVapid, startServer, type Reply } from '#testing/servers/message-providers.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';

/**
 * `spared`: the message waits, and the attempt does not count. `counted`: the message waits, and the attempt counts.
 * `final`: the message has failed.
 */
type Fate = 'spared' | 'counted' | 'final';
const REFUSED = 'a refused connection';

const { read, write, manageAll } = notificationPermissions;
const PHONE = '+989121234567';
const SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`;
const { privateKey, subject } = makeVapid();
const account = makeAccount();
const browser = makeBrowser();

/** Of every way over HTTP: busy servers, failures, and answers that were lost. */
const always: Record<string, Fate> = {
  400: 'final',
  408: 'counted',
  429: 'counted',
  500: 'counted',
  502: 'counted',
  503: 'counted',
  'a cut connection': 'counted',
  [REFUSED]: 'spared',
};
/** Where the server is the provider's, and account and address are ours. */
const provider: Record<string, Fate> = { ...always, 401: 'spared', 402: 'spared', 403: 'spared', 404: 'spared' };
/** Where the recipient has named the server. */
const recipient: Record<string, Fate> = { ...always, 401: 'final', 403: 'final', 404: 'final', 410: 'final' };

interface Way {
  readonly channel: string;
  /** Where the recipient names the server, another recipient for each failure: some suppress the address. */
  readonly to: (url: string, what: string) => string;
  readonly settings: (url: string) => Record<string, string>;
  readonly fates: Record<string, Fate>;
  /** Whose failures health shows; null where the server is another's. */
  readonly component: string | null;
}

const hook = { to: (url: string, what: string) => `${url}/${encodeURIComponent(what)}` };
const ours = { to: () => 'default' };

const ways: Record<string, Way> = {
  smsHttp: {
    channel: 'sms',
    to: () => PHONE,
    settings: (url) => ({ SMS_HTTP_URL: `${url}/sms`, SMS_HTTP_BODY: 'to={{to|url_encode}}' }),
    fates: provider,
    component: 'sms.smsHttp',
  },
  twilio: {
    channel: 'sms',
    to: () => PHONE,
    settings: (url) => ({
      TWILIO_URL: url,
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_FROM: '+15005550006',
    }),
    fates: provider,
    component: 'sms.twilio',
  },
  kavenegar: {
    channel: 'sms',
    to: () => PHONE,
    settings: (url) => ({ KAVENEGAR_URL: url, KAVENEGAR_API_KEY: 'key' }),
    fates: provider,
    component: 'sms.kavenegar',
  },
  telegram: {
    channel: 'telegram',
    to: () => '42',
    settings: (url) => ({ TELEGRAM_URL: url, TELEGRAM_BOT_TOKEN: '1:abcdefghij' }),
    fates: provider,
    component: 'telegram.telegram',
  },
  fcm: {
    channel: 'push',
    to: () => 'device-token_0123456789',
    settings: (url) => ({ FCM_URL: url, FCM_SERVICE_ACCOUNT: toGoogle(url) }),
    fates: provider,
    component: 'push.fcm',
  },
  webPush: {
    channel: 'push',
    to: (url, what) => browser.subscription(hook.to(url, what)),
    settings: () => ({ VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject }),
    fates: { ...recipient, 401: 'spared' }, // our signature
    component: null,
  },
  webhook: {
    channel: 'webhook',
    ...hook,
    settings: () => ({ WEBHOOK_SECRET: SECRET }),
    fates: recipient,
    component: null,
  },
  slack: { channel: 'slack', ...hook, settings: () => ({}), fates: recipient, component: null },
  teams: { channel: 'teams', ...hook, settings: () => ({}), fates: recipient, component: null },
  'slack, by the hook of the settings': {
    channel: 'slack',
    ...ours,
    settings: (url) => ({ SLACK_WEBHOOK_URL: `${url}/hook` }),
    fates: { ...provider, 410: 'spared' },
    component: 'slack.slack',
  },
  'teams, by the hook of the settings': {
    channel: 'teams',
    ...ours,
    settings: (url) => ({ TEAMS_WEBHOOK_URL: `${url}/hook` }),
    fates: { ...provider, 410: 'spared' },
    component: 'teams.teams',
  },
};

function toGoogle(url: string): string {
  const { projectId, clientEmail, privateKey: key, tokenUrl } = account.at(url);
  const fields = { project_id: projectId, client_email: clientEmail, private_key: key, token_uri: tokenUrl };
  return JSON.stringify({ type: 'service_account', ...fields });
}

/** Sends one message and tells what its first attempt has led to. */
async function fateOf(app: TestApp, channel: string, to: string): Promise<string> {
  const { body } = await app
    .signIn(read, write)
    .post('/notifications', { channel, recipient: to, subject: 'x', body: 'x' });
  assert.ok(body.id, JSON.stringify(body));
  await app.drain();
  const { status, attempts } = (await app.signIn(read, manageAll).get(`/notifications/${body.id}`)).body;
  if (status !== 'pending') return status === 'failed' ? 'final' : status;
  return attempts[0].errorClass === 'outage' ? 'spared' : 'counted';
}

const isUnwell = async (app: TestApp, component: string) =>
  (await app.health.report()).components.some(({ name, status }) => name === component && status !== 'healthy');

async function open(t: TestContext, name: string, { settings }: Way) {
  let reply: Reply = { status: 200 };
  const server = await startServer(t, (heard) => account.issueToken(heard) ?? reply);
  const app = await testApp(t, {
    environment: {
      BONYAN_PROVIDERS: name.split(',')[0] ?? '',
      BONYAN_OUTBOUND_ALLOW: '127.0.0.1/32',
      BONYAN_NOTIFICATION_RETRY_BASE_MS: '3600000',
      ...settings(server.url),
    },
  });
  return {
    ...server,
    app,
    answer(what: string): void {
      if (what === REFUSED) server.stop();
      else reply = what === 'a cut connection' ? 'cut' : { status: Number(what) };
    },
  };
}

for (const [name, way] of Object.entries(ways))
  test(`${name}: an attempt counts unless the way is broken or the fault is ours, and health tells of what is ours`, async (t) => {
    const { app, url, answer } = await open(t, name, way);
    const { channel, fates, component } = way;
    const found: Record<string, string> = {};

    for (const what of Object.keys(fates)) {
      answer(what);
      found[what] = await fateOf(app, channel, way.to(url, what));
      if (component === null || what === REFUSED) continue;
      answer('200'); // a success keeps the circuit closed
      assert.equal(await fateOf(app, channel, way.to(url, what)), 'sent');
    }

    assert.deepEqual(found, fates);
    if (component !== null) assert.ok(await isUnwell(app, component));
  });

test('email: an attempt counts unless the way is broken', async (t) => {
  const { url } = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: url, BONYAN_NOTIFICATION_RETRY_BASE_MS: '3600000' } });
  const fates: Record<string, Fate> = {
    'defer@example.com': 'counted',
    'bounce@example.com': 'final',
    'policy@example.com': 'final',
    'busy@example.com': 'spared', // the server is closing
    'drop@example.com': 'spared', // cut before the server had the mail
  };
  const found: Record<string, string> = {};

  for (const to of Object.keys(fates)) found[to] = await fateOf(app, 'email', to);

  assert.deepEqual(found, fates);
});
