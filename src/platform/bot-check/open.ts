import type { Config } from '#platform/config/load.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { Outbound } from '#platform/outbound/port.ts';
import { createAltcha } from './altcha.ts';
import type { BotCheck } from './port.ts';
import { createTurnstile } from './turnstile.ts';

const NONE: BotCheck = { kind: 'none', siteKey: null, challenge: async () => null, verify: async () => null };

interface BotCheckNeeds {
  readonly config: Pick<Config, 'botCheck' | 'turnstileUrl' | 'turnstileSiteKey' | 'turnstileSecret'>;
  readonly keys: Keys;
  readonly outbound: Pick<Outbound, 'send'>;
  readonly log: Pick<Log, 'warn'>;
  readonly now: () => Date;
}

/** The one that the configuration names. */
export function openBotCheck({ config, keys, outbound, log, now }: BotCheckNeeds): BotCheck {
  const { botCheck, turnstileUrl: url, turnstileSiteKey: siteKey, turnstileSecret: secret } = config;
  if (botCheck === 'altcha') return createAltcha({ keys, now });
  if (botCheck === 'turnstile' && siteKey !== null && secret !== null)
    return createTurnstile({ outbound, url, siteKey, secret, log, now });
  return NONE;
}
