import type { Outbound } from '#platform/outbound/port.ts';
import { DEFAULT_HOOK, refusesUrl } from './recipients.ts';

/** Of providers whose recipients are incoming webhooks of rooms. */
export interface HookNeeds {
  /** Checked calls: the hook may be anybody's. */
  readonly outbound: Outbound;
  /** Where messages to `default` go; null where there is none. */
  readonly defaultUrl: string | null;
  readonly now: () => Date;
}

export function refusesHook(recipient: string, defaultUrl: string | null, outbound: Outbound): string | null {
  if (recipient === DEFAULT_HOOK) return defaultUrl === null ? 'there is no default hook in the settings' : null;
  return refusesUrl(recipient) ?? outbound.refuses(recipient);
}

/** Without a default the recipient stands as it is, and the call is refused as no address. */
export function toHook(recipient: string, defaultUrl: string | null): string {
  return recipient === DEFAULT_HOOK ? (defaultUrl ?? '') : recipient;
}
