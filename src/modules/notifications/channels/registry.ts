import { ConfigError, type ProviderConfig, type ProviderName } from '#platform/config/port.ts';
import { placeOf } from '#platform/own-modules/port.ts';
import type { ProviderServices } from '../needs.ts';
import { createChannels } from './failover.ts';
import { fromConfig as fcm } from './fcm.ts';
import { fromConfig as kavenegar } from './kavenegar.ts';
import { captureChannel, fromServices as mailServers } from './mail.ts';
import {
  providerChannels,
  type Channels,
  type OwnChannelProvider,
  type OwnProvider,
  type OwnProviderNeeds,
} from './port.ts';
import type { FromConfig } from './settings.ts';
import { fromConfig as slack } from './slack.ts';
import { fromConfig as smsHttp } from './sms-http.ts';
import { fromConfig as teams } from './teams.ts';
import { fromConfig as telegram } from './telegram.ts';
import { fromConfig as twilio } from './twilio.ts';
import { fromConfig as webPush } from './web-push.ts';
import { fromConfig as webhook } from './webhook.ts';

/** Of providers that `BONYAN_PROVIDERS` does not name. */
const OTHER_NAMES = ['smtp', 'smtpFallback', 'captured', 'none'];
/** Messages have it as `provider`. */
const NAME = /^[a-z][A-Za-z0-9]{0,39}$/;

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
 * Own providers, and then those that the settings name, in their order. A channel without a provider is captured where mail is captured
 * (development without a mail server), else it is not enabled.
 */
export function openChannels(
  config: ProviderConfig,
  services: ProviderServices,
  own: readonly OwnChannelProvider[],
  now: () => Date,
): Channels {
  const { mailbox, supervise } = services;
  const byMail = mailServers(services);
  const named = config.providers.map((name) => registry[name](config, services, now));
  const served = new Set([...own, ...byMail, ...named].map(({ channel }) => channel));
  const captured = mailbox
    ? providerChannels.filter((channel) => !served.has(channel)).map((channel) => captureChannel(channel, mailbox.mail))
    : [];
  return createChannels({
    providers: [...own, ...byMail, ...named, ...captured],
    supervise,
    concurrency: config.providerConcurrency,
  });
}

/** @throws {ConfigError} with all faults of all of them */
export function createOwnProviders(makers: readonly OwnProvider[], needs: OwnProviderNeeds): OwnChannelProvider[] {
  const taken = new Set([...Object.keys(registry), ...OTHER_NAMES]);
  const mistakes: string[] = [];
  const made = makers.flatMap((make) => {
    const [{ channel, provider }, thrown] = makeProvider(make, needs);
    const faults = thrown === null ? findFaults(channel, provider ?? {}) : [thrown];
    if (provider && taken.has(provider.name))
      faults.push(`there is a provider ${provider.name} already; expected another name`);
    mistakes.push(...faults.map((fault) => `provider ${provider?.name ?? make.name}: ${fault}`));
    if (!channel || !provider || faults.length > 0) return [];
    taken.add(provider.name);
    return [{ channel, provider }];
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return made;
}

function makeProvider(
  make: OwnProvider,
  { operated, outbound, environment, now }: OwnProviderNeeds,
): [made: Partial<OwnChannelProvider>, thrown: string | null] {
  try {
    return [make({ operated, outbound, environment, now }) ?? {}, null];
  } catch (error) {
    return [{}, placeOf(error)];
  }
}

/** What the compiler has not checked, where the file is none of TypeScript. */
function findFaults(channel: unknown, { name, refuses, send }: Partial<OwnChannelProvider['provider']>): string[] {
  const isChannel = providerChannels.some((one) => one === channel);
  return [
    ...(isChannel ? [] : [`channel: expected one of ${providerChannels.join(', ')}`]),
    ...(typeof name === 'string' && NAME.test(name) ? [] : ['name: expected small letters and digits, at most 40']),
    ...(typeof refuses === 'function' && typeof send === 'function' ? [] : ['expected `refuses` and `send`']),
  ];
}
