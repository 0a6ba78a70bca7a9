import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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
const REFUSED_SENDER = 'sender@example.com';

const { read, write, manageAll } = notificationPermissions;
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
const provider: Record<string, Fate> = {
  ...always,
  301: 'spared',
  401: 'spared',
  402: 'spared',
  403: 'spared',
  404: 'spared',
  405: 'spared',
  410: 'spared',
};
/** Where the recipient has named the server. */
const recipient: Record<string, Fate> = {
  ...always,
  301: 'final',
  401: 'final',
  402: 'final',
  403: 'final',
  404: 'final',
  405: 'final',
  410: 'final',
};

interface Way {
  readonly channel: string;
  /** Another recipient for each failure: some suppress the address. */
  readonly to: (url: string, what: string) => string;
  readonly settings: (url: string) => Record<string, string>;
  readonly fates: Record<string, Fate>;
  /** What the provider's own codes and texts mean. */
  readonly own?: Record<string, readonly [Reply, Fate]>;
  /** Whose failures health shows; null where the server is another's. */
  readonly component: string | null;
}

const json = (status: number, body: object): Reply => ({ status, body: JSON.stringify(body) });
const byTwilio = (status: number, code: number) => json(status, { code, message: 'x', status });
const byKavenegar = (status: number) => json(status, { return: { status, message: 'x' }, entries: null });
const byTelegram = (status: number, description: string) =>
  json(status, { ok: false, error_code: status, description });
const byGoogle = (status: number, errorCode: string) =>
  json(status, { error: { code: status, details: [{ errorCode }] } });

/** Seven digits, other ones for another text. */
const digitsOf = (what: string) =>
  String(createHash('sha256').update(what).digest().readUInt32BE() % 10_000_000).padStart(7, '0');

const hook = { to: (url: string, what: string) => `${url}/${encodeURIComponent(what)}` };
const ours = { to: () => 'default' };

const ways: Record<string, Way> = {
  smsHttp: {
    channel: 'sms',
    to: (_, what) => `+98912${digitsOf(what)}`,
    settings: (url) => ({ SMS_HTTP_URL: `${url}/sms`, SMS_HTTP_BODY: 'to={{to|url_encode}}' }),
    fates: provider,
    component: 'sms.smsHttp',
  },
  twilio: {
    channel: 'sms',
    to: (_, what) => `+98912${digitsOf(what)}`,
    settings: (url) => ({
      TWILIO_URL: url,
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_FROM: '+15005550006',
    }),
    fates: provider,
    own: {
      'an unknown number': [byTwilio(400, 21211), 'final'],
      'a recipient who answered STOP': [byTwilio(400, 21610), 'final'],
      'a sender that is not ours': [byTwilio(400, 21606), 'spared'],
      'a country that the account may not reach': [byTwilio(400, 21408), 'spared'],
      'the full queue of our sender': [byTwilio(429, 21611), 'spared'],
      'an account that is not active': [byTwilio(403, 20005), 'spared'],
    },
    component: 'sms.twilio',
  },
  kavenegar: {
    channel: 'sms',
    to: (_, what) => `+98912${digitsOf(what)}`,
    settings: (url) => ({ KAVENEGAR_URL: url, KAVENEGAR_API_KEY: 'key' }),
    fates: provider,
    own: {
      'an unknown number': [byKavenegar(411), 'final'],
      'an empty text': [byKavenegar(413), 'final'],
      'a sender that is not ours': [byKavenegar(412), 'spared'],
      'an account without credit': [byKavenegar(418), 'spared'],
      'a text with a link, which the account may not send': [byKavenegar(420), 'spared'],
    },
    component: 'sms.kavenegar',
  },
  telegram: {
    channel: 'telegram',
    to: (_, what) => `1${digitsOf(what)}`,
    settings: (url) => ({ TELEGRAM_URL: url, TELEGRAM_BOT_TOKEN: '1:abcdefghij' }),
    fates: provider,
    own: {
      blocked: [byTelegram(403, 'Forbidden: bot was blocked by the user'), 'final'],
      deactivated: [byTelegram(403, 'Forbidden: user is deactivated'), 'final'],
      'no conversation': [byTelegram(403, "Forbidden: bot can't initiate conversation with a user"), 'final'],
      kicked: [byTelegram(403, 'Forbidden: bot was kicked from the supergroup chat'), 'final'],
      'not a member': [byTelegram(403, 'Forbidden: bot is not a member of the channel chat'), 'final'],
      'unknown chat': [byTelegram(400, 'Bad Request: chat not found'), 'final'],
      'revoked token': [byTelegram(401, 'Unauthorized'), 'spared'],
      'wrong token': [byTelegram(404, 'Not Found'), 'spared'],
    },
    component: 'telegram.telegram',
  },
  fcm: {
    channel: 'push',
    to: (_, what) => `device-token_0123456789:${digitsOf(what)}`,
    settings: (url) => ({ FCM_URL: url, FCM_SERVICE_ACCOUNT: toGoogle(url) }),
    fates: provider,
    own: {
      'a device that no longer exists': [byGoogle(404, 'UNREGISTERED'), 'final'],
      'a device of another project': [byGoogle(403, 'SENDER_ID_MISMATCH'), 'final'],
      'our certificate for APNs': [byGoogle(401, 'THIRD_PARTY_AUTH_ERROR'), 'spared'],
      'a right that our account lacks': [byGoogle(403, 'PERMISSION_DENIED'), 'spared'],
    },
    component: 'push.fcm',
  },
  webPush: {
    channel: 'push',
    to: (url, what) => browser.subscription(hook.to(url, what)),
    settings: () => ({ VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject }),
    fates: { ...recipient, 401: 'spared', 403: 'spared' }, // our signature
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
    fates: provider,
    component: 'slack.slack',
  },
  'teams, by the hook of the settings': {
    channel: 'teams',
    ...ours,
    settings: (url) => ({ TEAMS_WEBHOOK_URL: `${url}/hook` }),
    fates: provider,
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
  await app.database.pool.query(`delete from platform.work where queue like 'notifications.%'`); // no second attempt
  const { status, attempts } = (await app.signIn(read, manageAll).get(`/notifications/${body.id}`)).body;
  if (status !== 'pending') return status === 'failed' ? 'final' : status;
  return attempts[0].errorClass === 'outage' ? 'spared' : 'counted';
}

const isUnwell = async (app: TestApp, component: string) =>
  (await app.health.report()).components.some(({ name, status }) => name === component && status !== 'healthy');

async function open(t: TestContext, name: string, { settings, own = {} }: Way) {
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
      else reply = own[what]?.[0] ?? (what === 'a cut connection' ? 'cut' : { status: Number(what) });
    },
  };
}

for (const [name, way] of Object.entries(ways))
  test(`${name}: an attempt counts unless the way is broken or the fault is ours, and health tells of what is ours`, async (t) => {
    const { app, url, answer } = await open(t, name, way);
    const { channel, component } = way;
    const { [REFUSED]: refused, ...fates } = way.fates;
    for (const [what, [, fate]] of Object.entries(way.own ?? {})) fates[what] = fate;
    const found: Record<string, string> = {};

    // An answer that is no outage keeps the circuit closed: there are never more than four outages in a row before the last.
    for (const what of [...Object.keys(fates), REFUSED]) {
      answer(what);
      found[what] = await fateOf(app, channel, way.to(url, what));
    }

    assert.deepEqual(found, { ...fates, [REFUSED]: refused });
    if (component !== null) assert.ok(await isUnwell(app, component));
  });

test('email: an attempt counts unless the way is broken', async (t) => {
  const { url, sender } = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: url, BONYAN_NOTIFICATION_RETRY_BASE_MS: '3600000' } });
  const fates: Record<string, Fate> = {
    'defer@example.com': 'counted',
    'grey@example.com': 'spared', // the server wants to see us again later
    'bounce@example.com': 'final',
    'policy@example.com': 'final',
    'busy@example.com': 'spared', // the server is closing
    'relay@example.com': 'spared', // we may not send there
    'auth@example.com': 'spared',
    'from@example.com': 'spared', // our sender
    'system@example.com': 'spared', // the server is out of order
    'drop@example.com': 'spared', // cut before the server had the mail
    'late@example.com': 'counted', // the server had the mail
    'shut@example.com': 'counted',
    'spam@example.com': 'final',
    [REFUSED_SENDER]: 'spared',
  };
  const found: Record<string, string> = {};

  for (const to of Object.keys(fates)) {
    sender.status = to === REFUSED_SENDER ? 550 : null;
    found[to] = await fateOf(app, 'email', to);
  }

  assert.deepEqual(found, fates);
  assert.ok(await isUnwell(app, 'mail'));
});
