import { clip } from '#kernel/text.ts';
import { parseRetryAfter, type Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, toFailure, toOurs } from './protocols/http-answers.ts';
import type { Outgoing, MessageProvider } from './port.ts';
import { authorizePush, encryptPush, MAX_PUSH_BYTES, toVapid } from './protocols/push-encryption.ts';
import { parseSubscription, refusesSubscription } from './addresses.ts';
import { required, type FromConfig } from './settings.ts';

const TTL_SECONDS = 86_400; // older notifications are not worth showing

export interface WebPushNeeds {
  /** Refuses internal addresses: the endpoint of a subscription comes from a client. */
  readonly outbound: Outbound;
  /** 32 bytes in base64url. */
  readonly privateKey: string;
  /** `mailto:` or `https:`: the contact for the push service. */
  readonly subject: string;
  readonly now: () => Date;
}

export const fromConfig: FromConfig = (config, { outbound }, now) => ({
  channel: 'push',
  provider: createWebPush({
    outbound,
    privateKey: required(config.vapidPrivateKey, 'VAPID_PRIVATE_KEY'),
    subject: required(config.vapidSubject, 'VAPID_SUBJECT'),
    now,
  }),
});

/**
 * Web Push (RFC 8030) to browsers, encrypted for the one that subscribed. The `Topic` is made of the message's id: a
 * repetition replaces the first one while that has not been fetched.
 */
export function createWebPush({ outbound, privateKey, subject, now }: WebPushNeeds): MessageProvider {
  const vapid = toVapid(privateKey);
  return {
    name: 'webPush',
    refuses(recipient) {
      const subscription = parseSubscription(recipient);
      return subscription ? outbound.refuses(subscription.endpoint) : refusesSubscription(recipient);
    },
    async send(message, signal) {
      const subscription = parseSubscription(message.recipient);
      if (!subscription) return { outcome: 'bounced', error: 'no push subscription', suppress: false };
      const answer = await ask(outbound, 'recipient', {
        method: 'POST',
        url: subscription.endpoint,
        headers: {
          authorization: await authorizePush(vapid, subscription.endpoint, subject, now()),
          'content-encoding': 'aes128gcm',
          'content-type': 'application/octet-stream',
          ttl: String(TTL_SECONDS),
          topic: message.id.replaceAll('-', ''),
        },
        body: encryptPush(toPayload(message), subscription),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      const failure = toFailure(answer, 'recipient', now());
      if (!failure) return { outcome: 'sent', messageId: null };
      // Our signature, key or clock is wrong.
      if ([401, 403].includes(answer.status))
        return toOurs(failure.error, parseRetryAfter(answer.headers['retry-after'], now()));
      return failure.outcome === 'bounced' ? { ...failure, suppress: [404, 410].includes(answer.status) } : failure;
    },
  };
}

/** The payload for the service worker. When it is too large, the data is left out and the text shortened. */
function toPayload({ id, subject, text, data }: Outgoing): Buffer {
  const whole = toJson({ id, title: subject, body: text, data });
  if (whole.length <= MAX_PUSH_BYTES) return whole;
  const title = clip(subject, 200);
  for (let kept = Math.min(text.length, 3000); ; kept = Math.floor(kept * 0.9)) {
    const shortened = toJson({ id, title, body: `${clip(text, kept)}…` });
    if (shortened.length <= MAX_PUSH_BYTES) return shortened;
  }
}

function toJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
