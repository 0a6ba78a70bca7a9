import type { Outbound, OutboundAnswer } from '#platform/outbound/port.ts';
import { DEFAULT_HOOK, refusesUrl } from '../addresses.ts';
import type { SendOutcome } from '../port.ts';
import { ask, isAnswer, toFailure } from './http-answers.ts';

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

/**
 * Posts JSON to the room's hook. `statusOf` reads the status of an answer. While the hook of the settings is broken,
 * wrong or revoked its messages wait: another setting mends that.
 */
export async function postToRoom(
  recipient: string,
  body: object,
  needs: HookNeeds,
  signal: AbortSignal,
  statusOf: (answer: OutboundAnswer) => number = ({ status }) => status,
): Promise<SendOutcome> {
  const { outbound, url, owner } = toHook(recipient, needs);
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', url, headers, body: JSON.stringify(body), signal } as const;
  const answer = await ask(outbound, owner, request);
  if (!isAnswer(answer)) return answer;
  const failure = toFailure({ ...answer, status: statusOf(answer) }, owner, needs.now());
  return failure ?? { outcome: 'sent', messageId: null };
}

/**
 * The URL of a hook, and the client for it. Without a default hook, `default` stays as it is and is refused as a URL.
 */
function toHook(recipient: string, { outbound, operated, defaultUrl }: HookNeeds) {
  if (recipient === DEFAULT_HOOK && defaultUrl !== null)
    return { outbound: operated, url: defaultUrl, owner: 'settings' } as const;
  return { outbound, url: recipient, owner: 'recipient' } as const;
}
