import { postToRoom, refusesHook, type HookNeeds } from './protocols/room-hooks.ts';
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
      const words = subject === '' ? escape(text) : `*${escape(subject)}*\n${escape(text)}`;
      return await postToRoom(recipient, { text: words }, needs, signal);
    },
  };
}

/** Texts of users must not become links or mentions. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
