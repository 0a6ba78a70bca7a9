import type { Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, judge } from './answers.ts';
import type { Provider } from './port.ts';
import { DEFAULT_HOOK, refusesUrl } from './recipients.ts';

export interface HookNeeds {
  /** Checked calls: the hook may be anybody's. */
  readonly outbound: Outbound;
  /** Where messages to `default` go; null where there is none. */
  readonly defaultUrl: string | null;
  readonly now: () => Date;
}

/** Messages to Slack by incoming webhooks; whoever knows the address of one may write to its channel. */
export function createSlack({ outbound, defaultUrl, now }: HookNeeds): Provider {
  return {
    name: 'slack',
    refuses: (recipient) => refusesHook(recipient, defaultUrl, outbound),
    async send({ recipient, subject, text }, signal) {
      const answer = await ask(outbound, 'recipient', {
        method: 'POST',
        url: toHook(recipient, defaultUrl),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: subject === '' ? escape(text) : `*${escape(subject)}*\n${escape(text)}` }),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      return judge(answer, 'recipient', now()) ?? { outcome: 'sent', messageId: null };
    },
  };
}

export function refusesHook(recipient: string, defaultUrl: string | null, outbound: Outbound): string | null {
  if (recipient === DEFAULT_HOOK) return defaultUrl === null ? 'there is no default hook in the settings' : null;
  return refusesUrl(recipient) ?? outbound.refuses(recipient);
}

/** Without a default the recipient stands as it is, and the call is refused as no address. */
export function toHook(recipient: string, defaultUrl: string | null): string {
  return recipient === DEFAULT_HOOK ? (defaultUrl ?? '') : recipient;
}

/** What a person wrote must not become a link, or a call of everybody. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
