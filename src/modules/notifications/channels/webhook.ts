import type { ProviderConfig } from '#platform/config/port.ts';
import type { Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, toFailure } from './protocols/http-answers.ts';
import type { MessageProvider } from './port.ts';
import { refusesUrl } from './addresses.ts';
import { sign } from '#kernel/webhook.ts';
import { required, type FromConfig } from './settings.ts';

export interface WebhookNeeds {
  /** Refuses internal addresses: users give the URLs. */
  readonly outbound: Outbound;
  /** `whsec_…`, the newest first: while one is replaced, each message is signed by both. */
  readonly secrets: readonly string[];
  readonly now: () => Date;
}

export const fromConfig: FromConfig = (config, { outbound }, now) => ({
  channel: 'webhook',
  provider: createWebhook({ outbound, secrets: secretsOf(config), now }),
});

/**
 * Webhooks after the Standard Webhooks specification. `webhook-id` is the same at every attempt, so receivers can
 * refuse repetitions. Only 2xx is success; redirects are not followed.
 */
export function createWebhook({ outbound, secrets, now }: WebhookNeeds): MessageProvider {
  return {
    name: 'webhook',
    refuses: (recipient) => refusesUrl(recipient) ?? outbound.refuses(recipient),
    async send({ id, recipient, subject, text, data }, signal) {
      const at = now();
      const body = JSON.stringify({
        type: 'notification',
        timestamp: at.toISOString(),
        data: { id, subject, text, data },
      });
      const seconds = String(Math.floor(at.getTime() / 1000));
      const answer = await ask(outbound, 'recipient', {
        method: 'POST',
        url: recipient,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': seconds,
          'webhook-signature': secrets.map((secret) => sign(secret, { id, seconds, body })).join(' '),
        },
        body,
        signal,
      });
      if (!isAnswer(answer)) return answer;
      return toFailure(answer, 'recipient', now()) ?? { outcome: 'sent', messageId: null };
    },
  };
}

function secretsOf({ webhookSecret, webhookSecretPrevious }: ProviderConfig): string[] {
  const secret = required(webhookSecret, 'WEBHOOK_SECRET');
  return webhookSecretPrevious === null ? [secret] : [secret, webhookSecretPrevious];
}
