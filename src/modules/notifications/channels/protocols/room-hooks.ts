import type { Outbound } from '#platform/outbound/port.ts';
import { DEFAULT_HOOK, refusesUrl } from '../addresses.ts';
import { ask } from './http-answers.ts';

/** Needs of providers whose recipients are incoming webhooks of rooms. */
export interface HookNeeds {
  /** Refuses internal addresses: users give the hooks. */
  readonly outbound: Outbound;
  /** For the hook of the settings, which may be internal. */
  readonly operated: Outbound;
  /** Where messages to `default` go; null where there is none. */
  readonly defaultUrl: string | null;
  readonly now: () => Date;
}

export function refusesHook(recipient: string, { outbound, defaultUrl }: HookNeeds): string | null {
  if (recipient === DEFAULT_HOOK) return defaultUrl === null ? 'there is no default hook in the settings' : null;
  return refusesUrl(recipient) ?? outbound.refuses(recipient);
}

/** Posts JSON to the room's hook. Answers the response, or the result of an attempt that got none. */
export function postToRoom(recipient: string, body: object, needs: HookNeeds, signal: AbortSignal) {
  const { outbound, url } = toHook(recipient, needs);
  const headers = { 'content-type': 'application/json' };
  return ask(outbound, 'recipient', { method: 'POST', url, headers, body: JSON.stringify(body), signal });
}

/**
 * The URL of a hook, and the client for it. Without a default hook, `default` stays as it is and is refused as a URL.
 */
function toHook(recipient: string, { outbound, operated, defaultUrl }: HookNeeds) {
  if (recipient === DEFAULT_HOOK && defaultUrl !== null) return { outbound: operated, url: defaultUrl };
  return { outbound, url: recipient };
}
