import { ask, isAnswer, toFailure } from './protocols/http-answers.ts';
import { refusesHook, toHook, type HookNeeds } from './protocols/room-hooks.ts';
import type { MessageProvider } from './port.ts';
import type { FromConfig } from './settings.ts';

export const fromConfig: FromConfig = (config, { outbound, operated }, now) => ({
  channel: 'slack',
  provider: createSlack({ outbound, operated, defaultUrl: config.slackWebhookUrl, now }),
});

/** Messages to Slack by incoming webhooks. The URL of a webhook is a secret: it allows writing to the room. */
export function createSlack(needs: HookNeeds): MessageProvider {
  return {
    name: 'slack',
    refuses: (recipient) => refusesHook(recipient, needs),
    async send({ recipient, subject, text }, signal) {
      const { outbound, url } = toHook(recipient, needs);
      const answer = await ask(outbound, 'recipient', {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: subject === '' ? escape(text) : `*${escape(subject)}*\n${escape(text)}` }),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      return toFailure(answer, 'recipient', needs.now()) ?? { outcome: 'sent', messageId: null };
    },
  };
}

/** Texts of users must not become links or mentions. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
