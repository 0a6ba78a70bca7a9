import type { Config } from '#platform/config/load.ts';
import type { ProviderName } from '#platform/config/provider-settings.ts';
import type { Platform } from '#platform/open.ts';
import { createChannels, type ChannelProvider } from './failover.ts';
import { createFcm } from './fcm.ts';
import { createKavenegar } from './kavenegar.ts';
import { createMailProvider } from './mail.ts';
import type { Channel } from './port.ts';
import { refusesOf } from './addresses.ts';
import { createSlack } from './slack.ts';
import { createSmsHttp } from './sms-http.ts';
import {
  hmacStatus,
  standardStatus,
  twilioStatus,
  type StatusSource,
} from '../delivery-reports/sources.ts';
import { createTeams } from './teams.ts';
import { createTelegram } from './telegram.ts';
import { createTwilio } from './twilio.ts';
import { createWebPush } from './web-push.ts';
import { createWebhook } from './webhook.ts';

const CHANNELS: readonly Channel[] = ['email', 'sms', 'push', 'slack', 'teams', 'telegram', 'webhook'];

type Services = Pick<Platform, 'mails' | 'mailbox' | 'outbound' | 'operated' | 'supervise'>;

/** The providers that the settings name, in their order; what has none is captured where mail is, else not enabled. */
export function openChannels(config: Config, services: Services, now: () => Date) {
  const { mails, mailbox, supervise } = services;
  const byMail = mails.map(({ name, mail }): ChannelProvider => {
    const provider = createMailProvider(name === 'mail' ? 'smtp' : 'smtpFallback', mail);
    return { channel: 'email', provider, isSupervised: true };
  });
  const named = config.providers.map((name) => create[name](config, services, now));
  const taken = new Set([...byMail, ...named].map(({ channel }) => channel));
  const rest = mailbox ? CHANNELS.filter((channel) => !taken.has(channel)) : [];
  const captured = rest.map((channel): ChannelProvider => {
    const provider = createMailProvider('captured', mailbox?.mail ?? missing('mailbox'), refusesOf[channel]);
    return { channel, provider, isSupervised: true };
  });
  return createChannels({
    providers: [...byMail, ...named, ...captured],
    supervise,
    concurrency: config.providerConcurrency,
  });
}

type Create = (config: Config, services: Services, now: () => Date) => ChannelProvider;

/** One entry per name of `BONYAN_PROVIDERS`. `operated` calls what the operator named, `outbound` what people named. */
const create: Readonly<Record<ProviderName, Create>> = {
  smsHttp: (config, { operated }, now) => ({
    channel: 'sms',
    provider: createSmsHttp({
      outbound: operated,
      url: config.smsHttpUrl ?? missing('SMS_HTTP_URL'),
      method: config.smsHttpMethod,
      headers: config.smsHttpHeaders,
      body: config.smsHttpBody ?? missing('SMS_HTTP_BODY'),
      messageIdPath: config.smsHttpMessageId,
      now,
    }),
  }),
  twilio: (config, { operated }, now) => ({
    channel: 'sms',
    provider: createTwilio({
      outbound: operated,
      url: config.twilioUrl,
      accountSid: config.twilioAccountSid ?? missing('TWILIO_ACCOUNT_SID'),
      authToken: config.twilioAuthToken ?? missing('TWILIO_AUTH_TOKEN'),
      from: config.twilioFrom ?? missing('TWILIO_FROM'),
      statusUrl: config.publicUrl.startsWith('https://') ? statusUrlOf(config, 'twilio') : null,
      now,
    }),
  }),
  kavenegar: (config, { operated }, now) => ({
    channel: 'sms',
    provider: createKavenegar({
      outbound: operated,
      url: config.kavenegarUrl,
      apiKey: config.kavenegarApiKey ?? missing('KAVENEGAR_API_KEY'),
      sender: config.kavenegarSender,
      now,
    }),
  }),
  webPush: (config, { outbound }, now) => ({
    channel: 'push',
    provider: createWebPush({
      outbound,
      privateKey: config.vapidPrivateKey ?? missing('VAPID_PRIVATE_KEY'),
      subject: config.vapidSubject ?? missing('VAPID_SUBJECT'),
      now,
    }),
  }),
  fcm: (config, { operated }, now) => ({
    channel: 'push',
    provider: createFcm({
      outbound: operated,
      url: config.fcmUrl,
      account: config.fcmServiceAccount ?? missing('FCM_SERVICE_ACCOUNT'),
      now,
    }),
  }),
  slack: (config, { outbound, operated }, now) => ({
    channel: 'slack',
    provider: createSlack({ outbound, operated, defaultUrl: config.slackWebhookUrl, now }),
  }),
  teams: (config, { outbound, operated }, now) => ({
    channel: 'teams',
    provider: createTeams({ outbound, operated, defaultUrl: config.teamsWebhookUrl, now }),
  }),
  telegram: (config, { operated }, now) => ({
    channel: 'telegram',
    provider: createTelegram({
      outbound: operated,
      url: config.telegramUrl,
      token: config.telegramBotToken ?? missing('TELEGRAM_BOT_TOKEN'),
      now,
    }),
  }),
  webhook: (config, { outbound }, now) => ({
    channel: 'webhook',
    provider: createWebhook({ outbound, secrets: webhookSecrets(config), now }),
  }),
};

/** How those report that can prove who they are; the others' reports would be anybody's. */
export function openStatusSources(config: Config): StatusSource[] {
  const { providers, smtpFallbackUrl, smsHttpStatusSecret, twilioAuthToken } = config;
  const byMail = [
    { provider: 'smtp', secret: config.smtpStatusSecret },
    { provider: 'smtpFallback', secret: smtpFallbackUrl === null ? null : config.smtpFallbackStatusSecret },
  ];
  const bySms = smsHttpStatusSecret !== null && providers.includes('smsHttp') ? [{ secret: smsHttpStatusSecret }] : [];
  const byTwilio = twilioAuthToken !== null && providers.includes('twilio') ? [{ authToken: twilioAuthToken }] : [];
  return [
    ...byMail.flatMap(({ provider, secret }) => (secret === null ? [] : [standardStatus({ provider, secret })])),
    ...bySms.map(({ secret }) => hmacStatus({ provider: 'smsHttp', secret })),
    ...byTwilio.map(({ authToken }) => twilioStatus({ authToken, url: statusUrlOf(config, 'twilio') })),
  ];
}

/** Where a provider reports what became of its messages. */
function statusUrlOf({ publicUrl }: Config, provider: string): string {
  return `${publicUrl}/api/v1/notifications/status/${provider}`;
}

function webhookSecrets({ webhookSecret, webhookSecretPrevious }: Config): string[] {
  return [
    webhookSecret ?? missing('WEBHOOK_SECRET'),
    ...(webhookSecretPrevious === null ? [] : [webhookSecretPrevious]),
  ];
}

/** `loadConfig` has refused what lacks one. */
function missing(name: string): never {
  throw new Error(`${name} is not set`);
}
