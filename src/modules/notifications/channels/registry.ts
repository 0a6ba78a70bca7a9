import type { ProviderConfig, ProviderName } from '#platform/config/port.ts';
import type { ProviderServices } from '../needs.ts';
import { createChannels } from './failover.ts';
import { fromConfig as fcm } from './fcm.ts';
import { fromConfig as kavenegar } from './kavenegar.ts';
import { captureChannel, fromServices as mailServers } from './mail.ts';
import type { Channels, ProviderChannel } from './port.ts';
import type { FromConfig } from './settings.ts';
import { fromConfig as slack } from './slack.ts';
import { fromConfig as smsHttp } from './sms-http.ts';
import { fromConfig as teams } from './teams.ts';
import { fromConfig as telegram } from './telegram.ts';
import { fromConfig as twilio } from './twilio.ts';
import { fromConfig as webPush } from './web-push.ts';
import { fromConfig as webhook } from './webhook.ts';

const CHANNELS: readonly ProviderChannel[] = ['email', 'sms', 'push', 'slack', 'teams', 'telegram', 'webhook'];

/** Every provider that `BONYAN_PROVIDERS` may name. */
const registry: Readonly<Record<ProviderName, FromConfig>> = {
  smsHttp,
  twilio,
  kavenegar,
  webPush,
  fcm,
  slack,
  teams,
  telegram,
  webhook,
};

/**
 * The providers that the settings name, in their order. A channel without a provider is captured where mail is captured
 * (development without a mail server), else it is not enabled.
 */
export function openChannels(config: ProviderConfig, services: ProviderServices, now: () => Date): Channels {
  const { mailbox, supervise } = services;
  const byMail = mailServers(services);
  const named = config.providers.map((name) => registry[name](config, services, now));
  const served = new Set([...byMail, ...named].map(({ channel }) => channel));
  const captured = mailbox
    ? CHANNELS.filter((channel) => !served.has(channel)).map((channel) => captureChannel(channel, mailbox.mail))
    : [];
  return createChannels({
    providers: [...byMail, ...named, ...captured],
    supervise,
    concurrency: config.providerConcurrency,
  });
}
