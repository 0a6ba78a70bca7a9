import { createPrivateKey } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { httpUrl, integer, list, oneOf, secret, setting, text, urlOf, type Setting } from './setting-kinds.ts';

/** The providers that `BONYAN_PROVIDERS` may name, and the settings that each requires. E-mail uses `SMTP_URL`. */
const needed = {
  smsHttp: ['smsHttpUrl', 'smsHttpBody'],
  twilio: ['twilioAccountSid', 'twilioAuthToken', 'twilioFrom'],
  kavenegar: ['kavenegarApiKey'],
  webPush: ['vapidPrivateKey', 'vapidSubject'],
  fcm: ['fcmServiceAccount'],
  slack: [],
  teams: [],
  telegram: ['telegramBotToken'],
  webhook: ['webhookSecret'],
} as const;

export type ProviderName = keyof typeof needed;

/** Settings of the services that deliver messages, and of outgoing calls. */
export const providerSettings = {
  outboundAllow: setting(
    'BONYAN_OUTBOUND_ALLOW',
    '',
    hosts,
    'comma-separated internal hosts, addresses or CIDRs that webhooks and jobs may call',
  ),
  outboundPorts: setting(
    'BONYAN_OUTBOUND_PORTS',
    '',
    ports,
    'comma-separated ports that webhooks and jobs may call beside 80 and 443, or *',
  ),
  smtpFallbackUrl: secret(
    'SMTP_FALLBACK_URL',
    null,
    urlOf(['smtp:', 'smtps:']),
    'second mail server, used while the first one does not answer',
  ),
  dkimDomain: setting('DKIM_DOMAIN', null, text(1, 253), 'domain that signs e-mails, usually that of MAIL_FROM'),
  dkimSelector: setting('DKIM_SELECTOR', null, text(1, 63), 'selector of the key in DNS: SELECTOR._domainkey.DOMAIN'),
  dkimPrivateKey: secret('DKIM_PRIVATE_KEY', null, rsaKey, 'RSA private key that signs e-mails, PEM or base64 of PEM'),
  smtpStatusSecret: secret(
    'SMTP_STATUS_SECRET',
    null,
    webhookSecret,
    'whsec_…; verifies the delivery and bounce reports of the mail relay',
  ),
  smtpFallbackStatusSecret: secret(
    'SMTP_FALLBACK_STATUS_SECRET',
    null,
    webhookSecret,
    'the same for the relay of SMTP_FALLBACK_URL',
  ),
  providers: setting(
    'BONYAN_PROVIDERS',
    '',
    providerNames,
    `comma-separated providers, the preferred one of a channel first: ${Object.keys(needed).join(', ')}`,
  ),
  smsHttpUrl: setting('SMS_HTTP_URL', null, httpUrl, 'URL of the SMS gateway'),
  smsHttpMethod: setting(
    'SMS_HTTP_METHOD',
    'POST',
    oneOf('POST', 'PUT', 'GET'),
    'HTTP method of the gateway: POST, PUT or GET',
  ),
  smsHttpHeaders: secret('SMS_HTTP_HEADERS', '{}', headers, 'JSON object of headers, such as Authorization'),
  smsHttpBody: secret(
    'SMS_HTTP_BODY',
    null,
    text(1, 10_000),
    'Liquid template with the variables to, text and id, such as {"to":{{to|json}},"text":{{text|json}}}; for GET the query string',
  ),
  smsHttpMessageId: setting(
    'SMS_HTTP_MESSAGE_ID',
    'id',
    text(1, 200),
    'path of the message id in the JSON answer, such as data.0.messageId',
  ),
  smsHttpStatusSecret: secret(
    'SMS_HTTP_STATUS_SECRET',
    null,
    text(16, 256),
    'verifies the status reports of the gateway (HMAC-SHA-256)',
  ),
  twilioUrl: setting('TWILIO_URL', 'https://api.twilio.com', httpUrl, 'address of the API; each region has its own'),
  twilioAccountSid: setting('TWILIO_ACCOUNT_SID', null, text(1, 64), 'id of your account, AC…'),
  twilioAuthToken: secret(
    'TWILIO_AUTH_TOKEN',
    null,
    text(1, 128),
    'token of your account; also verifies status reports',
  ),
  twilioFrom: setting('TWILIO_FROM', null, text(1, 64), 'your number (+1…), or your messaging service (MG…)'),
  kavenegarUrl: setting('KAVENEGAR_URL', 'https://api.kavenegar.com', httpUrl, 'address of the API'),
  kavenegarApiKey: secret('KAVENEGAR_API_KEY', null, text(1, 256), 'API key of your account'),
  kavenegarSender: setting(
    'KAVENEGAR_SENDER',
    null,
    text(1, 32),
    'your line number; default: the default line of the account',
  ),
  vapidPrivateKey: secret(
    'VAPID_PRIVATE_KEY',
    null,
    vapidKey,
    '32 bytes in base64url, for example from `npx web-push generate-vapid-keys`',
  ),
  vapidSubject: setting(
    'VAPID_SUBJECT',
    null,
    urlOf(['mailto:', 'https:']),
    'mailto: or https: address of the operator, for push services',
  ),
  fcmServiceAccount: secret('FCM_SERVICE_ACCOUNT', null, serviceAccount, 'JSON of a service account, or base64 of it'),
  fcmUrl: setting('FCM_URL', 'https://fcm.googleapis.com', httpUrl, 'address of the API'),
  slackWebhookUrl: secret('SLACK_WEBHOOK_URL', null, httpUrl, 'webhook for messages to the recipient "default"'),
  teamsWebhookUrl: secret('TEAMS_WEBHOOK_URL', null, httpUrl, 'webhook for messages to the recipient "default"'),
  telegramUrl: setting(
    'TELEGRAM_URL',
    'https://api.telegram.org',
    httpUrl,
    'address of the bot API, or of your own Bot API server',
  ),
  telegramBotToken: secret('TELEGRAM_BOT_TOKEN', null, text(10, 128), 'token of the bot, from @BotFather'),
  webhookSecret: secret('WEBHOOK_SECRET', null, webhookSecret, 'whsec_ and base64 of 24 to 64 bytes; signs webhooks'),
  webhookSecretPrevious: secret(
    'WEBHOOK_SECRET_PREVIOUS',
    null,
    webhookSecret,
    'after a change of WEBHOOK_SECRET: the old one; webhooks are signed by both until every receiver has the new one',
  ),
};

type Values = { readonly [Key in keyof typeof providerSettings]: unknown } & {
  readonly providers: readonly ProviderName[];
  readonly smtpUrl: string | null;
};

/** The missing settings, one line for each reason. */
export function missingOfProviders(config: Values): string[] {
  const named = config.providers.flatMap((name) => without(config, needed[name], `BONYAN_PROVIDERS names ${name}`));
  const dkim = ['dkimDomain', 'dkimSelector', 'dkimPrivateKey'] as const;
  const someOfDkim = dkim.some((key) => config[key] !== null);
  return [
    ...named,
    ...(someOfDkim ? without(config, dkim, 'other DKIM settings are set') : []),
    ...(config.smtpFallbackUrl !== null && config.smtpUrl === null
      ? ['SMTP_URL: expected, because SMTP_FALLBACK_URL is set']
      : []),
  ];
}

function without(config: Values, keys: readonly (keyof typeof providerSettings)[], reason: string): string[] {
  const all: Readonly<Record<string, Setting>> = providerSettings;
  const missing = keys.filter((key) => config[key] === null).map((key) => all[key]?.name);
  return missing.length === 0 ? [] : [`${missing.join(', ')}: expected, because ${reason}`];
}

function providerNames(value: string): ProviderName[] {
  const known = Object.keys(needed) as ProviderName[];
  return list(value).map((item) => {
    const found = known.find((name) => name === item);
    if (found === undefined) throw new Error(`expected names from ${known.join(', ')}; ${item} is not one`);
    return found;
  });
}

function hosts(value: string): string[] {
  const items = list(value);
  const isHost = (item: string) => /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(item) && !/^[\d.]+$/.test(item);
  const bad = items.find((item) => !ipaddr.isValidCIDR(item) && !ipaddr.isValid(item) && !isHost(item));
  if (bad === undefined) return items;
  throw new Error(`expected host names, addresses or CIDRs; ${bad} is none of these`);
}

/** Null: every port. */
function ports(value: string): number[] | null {
  if (value === '*') return null;
  return list(value).map(integer(1, 65_535));
}

function headers(value: string): Record<string, string> {
  const parsed = parseJson(value);
  const isFine = Object.values(parsed ?? []).every((header) => typeof header === 'string' && /^[^\r\n]*$/.test(header));
  if (parsed !== null && isFine) return parsed as Record<string, string>; // as was just checked
  throw new Error('expected a JSON object of texts');
}

function rsaKey(value: string): string {
  const pem = value.includes('-----BEGIN')
    ? value.replaceAll('\\n', '\n') // as `.env` files and orchestrators write line breaks
    : Buffer.from(value, 'base64').toString();
  if (keyType(pem) === 'rsa') return pem;
  throw new Error('expected an RSA private key in PEM, or base64 of it');
}

function keyType(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined; // not a key; its text must not appear in a message
  }
}

function vapidKey(value: string): string {
  if (/^[\w-]{43}$/.test(value) && Buffer.from(value, 'base64url').length === 32) return value;
  throw new Error('expected 32 bytes in base64url');
}

/** `whsec_` and base64, as the Standard Webhooks specification writes secrets. */
function webhookSecret(value: string): string {
  const bytes = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(value) ? Buffer.from(value.slice(6), 'base64').length : 0;
  if (bytes >= 24 && bytes <= 64) return value;
  throw new Error('expected whsec_ and base64 of 24 to 64 random bytes');
}

export interface ServiceAccount {
  readonly projectId: string;
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
  readonly tokenUrl: string;
}

function serviceAccount(value: string): ServiceAccount {
  const found = parseJson(value.trimStart().startsWith('{') ? value : Buffer.from(value, 'base64').toString());
  const { project_id: projectId, client_email: clientEmail, private_key: key, token_uri: tokenUrl } = found ?? {};
  const texts = [projectId, clientEmail, key, tokenUrl];
  if (!texts.every((item) => typeof item === 'string') || keyType(String(key)) !== 'rsa')
    throw new Error('expected JSON with project_id, client_email, private_key and token_uri');
  // Every value was checked to be a text.
  return { projectId, clientEmail, privateKey: key, tokenUrl: httpUrl(String(tokenUrl)) } as ServiceAccount;
}

function parseJson(value: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(value);
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null; // the parser's message could quote a secret
  }
}
