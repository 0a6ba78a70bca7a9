import type { Outbound } from '#platform/outbound/port.ts';
import { DEFAULT_HOOK, refusesUrl } from '../addresses.ts';

/** Of providers whose recipients are incoming webhooks of rooms. */
export interface HookNeeds {
  /** Checked calls: the hook may be anybody's. */
  readonly outbound: Outbound;
  /** For the one of the settings, which may be internal. */
  readonly operated: Outbound;
  /** Where messages to `default` go; null where there is none. */
  readonly defaultUrl: string | null;
  readonly now: () => Date;
}

export function refusesHook(recipient: string, { outbound, defaultUrl }: HookNeeds): string | null {
  if (recipient === DEFAULT_HOOK) return defaultUrl === null ? 'there is no default hook in the settings' : null;
  return refusesUrl(recipient) ?? outbound.refuses(recipient);
}

/** Where to call, and how. Without a default the recipient stands as it is, and the call is refused as no address. */
export function toHook(recipient: string, { outbound, operated, defaultUrl }: HookNeeds) {
  if (recipient === DEFAULT_HOOK && defaultUrl !== null) return { outbound: operated, url: defaultUrl };
  return { outbound, url: recipient };
}
