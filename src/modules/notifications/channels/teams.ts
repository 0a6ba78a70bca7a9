import type { OutboundAnswer } from '#platform/outbound/port.ts';
import { postToRoom, refusesHook, type HookNeeds } from './protocols/room-hooks.ts';
import type { MessageProvider } from './port.ts';
import type { FromConfig } from './settings.ts';

export const fromConfig: FromConfig = (config, { outbound, operated }, now) => ({
  channel: 'teams',
  provider: createTeams({ outbound, operated, defaultUrl: config.teamsWebhookUrl, now }),
});

/** Messages to Microsoft Teams by incoming webhooks and workflows, as an adaptive card. */
export function createTeams(needs: HookNeeds): MessageProvider {
  return {
    name: 'teams',
    refuses: (recipient) => refusesHook(recipient, needs),
    async send({ recipient, subject, text }, signal) {
      return await postToRoom(recipient, toCard(subject, text), needs, signal, statusOf);
    },
  };
}

/** Connectors answer 200 even when Teams was too busy, and report its status in the text. */
function statusOf({ status, body }: OutboundAnswer): number {
  const hidden = /returned HTTP error (\d{3})/.exec(body.toString())?.[1];
  return hidden === undefined ? status : Number(hidden);
}

/** As plain text: texts of users must not become links or mentions. */
function toCard(subject: string, text: string) {
  const block = (words: string, weight: 'bolder' | 'default') => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: words, weight }],
  });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [...(subject === '' ? [] : [block(subject, 'bolder')]), block(text, 'default')],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}
