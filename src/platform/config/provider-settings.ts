import { createPrivateKey } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { httpUrl, list, oneOf, secret, setting, text, urlOf, type Setting } from './setting.ts';

/** Those that `BONYAN_PROVIDERS` may name, and the settings that each cannot do without. E-mail goes by `SMTP_URL`. */
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

/** What outside services that carry messages are told, and how far calls may go. */
export const providerSettings = {
  outboundAllow: setting(
    'BONYAN_OUTBOUND_ALLOW',
    '',
    hosts,
    'comma-separated hosts, addresses or CIDRs of the internal network that webhooks and jobs may call',
  ),
  smtpFallbackUrl: secret(
    'SMTP_FALLBACK_URL',
    null,
    urlOf(['smtp:', 'smtps:']),
    'a second mail server, used while the first does not answer',
  ),
  dkimDomain: setting('DKIM_DOMAIN', null, text(1, 253), 'domain that signs e-mails, as in MAIL_FROM'),
  dkimSelector: setting('DKIM_SELECTOR', null, text(1, 63), 'names the key: SELECTOR._domainkey.DOMAIN'),
  dkimPrivateKey: secret('DKIM_PRIVATE_KEY', null, rsaKey, 'its RSA key, PEM or base64 of PEM'),
  smtpStatusSecret: secret(
    'SMTP_STATUS_SECRET',
    null,
    webhookSecret,
    'whsec_…; signs what a relay reports of deliveries and bounces',
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
    `comma-separated, in order of preference within a channel: ${Object.keys(needed).join(', ')}`,
  ),
  smsHttpUrl: setting('SMS_HTTP_URL', null, httpUrl, 'gateway for SMS'),
  smsHttpMethod: setting('SMS_HTTP_METHOD', 'POST', oneOf('POST', 'PUT', 'GET'), 'how the gateway is asked'),
  smsHttpHeaders: secret('SMS_HTTP_HEADERS', '{}', headers, 'JSON object of headers, such as Authorization'),
  smsHttpBody: secret(
    'SMS_HTTP_BODY',
    null,
    text(1, 10_000),
    'Liquid over to, text and id, such as {"to":{{to|json}},"text":{{text|json}}}; for GET the query string',
  ),
  smsHttpMessageId: setting(
    'SMS_HTTP_MESSAGE_ID',
    'id',
    text(1, 200),
    'where the JSON answer names the message, such as data.0.messageId',
  ),
  smsHttpStatusSecret: secret(
    'SMS_HTTP_STATUS_SECRET',
    null,
    text(16, 256),
    'signs what the gateway reports, by HMAC-SHA-256',
  ),
  twilioUrl: setting('TWILIO_URL', 'https://api.twilio.com', httpUrl, 'its API; another one for a region'),
  twilioAccountSid: setting('TWILIO_ACCOUNT_SID', null, text(1, 64), 'names your account, AC…'),
  twilioAuthToken: secret('TWILIO_AUTH_TOKEN', null, text(1, 128), 'also proves what Twilio reports'),
  twilioFrom: setting('TWILIO_FROM', null, text(1, 64), 'a number of yours (+1…), or a messaging service (MG…)'),
  kavenegarUrl: setting('KAVENEGAR_URL', 'https://api.kavenegar.com', httpUrl, 'where its API is'),
  kavenegarApiKey: secret('KAVENEGAR_API_KEY', null, text(1, 256), 'of your account'),
  kavenegarSender: setting('KAVENEGAR_SENDER', null, text(1, 32), 'your line; default: the one of the account'),
  vapidPrivateKey: secret(
    'VAPID_PRIVATE_KEY',
    null,
    vapidKey,
    '32 bytes in base64url; `npx web-push` and others make one',
  ),
  vapidSubject: setting('VAPID_SUBJECT', null, urlOf(['mailto:', 'https:']), 'whom push services may ask about you'),
  fcmServiceAccount: secret('FCM_SERVICE_ACCOUNT', null, serviceAccount, 'JSON of a service account, or base64 of it'),
  fcmUrl: setting('FCM_URL', 'https://fcm.googleapis.com', httpUrl, 'where its API is'),
  slackWebhookUrl: secret('SLACK_WEBHOOK_URL', null, httpUrl, 'where messages to the recipient "default" go'),
  teamsWebhookUrl: secret('TEAMS_WEBHOOK_URL', null, httpUrl, 'where messages to the recipient "default" go'),
  telegramUrl: setting('TELEGRAM_URL', 'https://api.telegram.org', httpUrl, 'its bot API, or a server of your own'),
  telegramBotToken: secret('TELEGRAM_BOT_TOKEN', null, text(10, 128), 'from @BotFather'),
  webhookSecret: secret('WEBHOOK_SECRET', null, webhookSecret, 'whsec_ and base64 of 24 to 64 bytes; signs webhooks'),
  webhookSecretPrevious: secret(
    'WEBHOOK_SECRET_PREVIOUS',
    null,
    webhookSecret,
    'signs beside the new one until every receiver knows that',
  ),
};

type Values = { readonly [Key in keyof typeof providerSettings]: unknown } & {
  readonly providers: readonly ProviderName[];
  readonly smtpUrl: string | null;
};

/** What is missing beside what was given, one line each. */
export function missingOfProviders(config: Values): string[] {
  const named = config.providers.flatMap((name) => without(config, needed[name], `BONYAN_PROVIDERS names ${name}`));
  const dkim = ['dkimDomain', 'dkimSelector', 'dkimPrivateKey'] as const;
  const someOfDkim = dkim.some((key) => config[key] !== null);
  return [
    ...named,
    ...(someOfDkim ? without(config, dkim, 'there are other settings of DKIM') : []),
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
    if (found === undefined) throw new Error(`expected some of ${known.join(', ')}; ${item} is none`);
    return found;
  });
}

function hosts(value: string): string[] {
  const items = list(value);
  const isHost = (item: string) => /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(item) && !/^[\d.]+$/.test(item);
  const bad = items.find((item) => !ipaddr.isValidCIDR(item) && !ipaddr.isValid(item) && !isHost(item));
  if (bad === undefined) return items;
  throw new Error(`expected names of hosts, addresses or CIDRs; ${bad} is none`);
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
    return undefined; // no key; its text must not reach a message
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
  return { projectId, clientEmail, privateKey: key, tokenUrl: httpUrl(String(tokenUrl)) } as ServiceAccount; // texts all
}

function parseJson(value: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(value);
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null; // what was wrong could quote a secret
  }
}
