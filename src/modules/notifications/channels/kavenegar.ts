import { createHash } from 'node:crypto';
import type { Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, judge, parseAnswer, pick } from './protocols/http-answers.ts';
import { Outage, type Provider } from './port.ts';
import { refusesPhone } from './addresses.ts';

// https://kavenegar.com/rest.html: about this message; all other refusals are about our account or their service.
const BAD_RECIPIENT = 411;
const BAD_MESSAGE = new Set([400, 413, 422]);

export interface KavenegarNeeds {
  readonly outbound: Outbound;
  readonly url: string;
  readonly apiKey: string;
  /** Null for the line of the account. */
  readonly sender: string | null;
  readonly now: () => Date;
}

/** SMS by Kavenegar. Its `localid` is the idempotency key: a number, so one is made of the message's id. */
export function createKavenegar({ outbound, url, apiKey, sender, now }: KavenegarNeeds): Provider {
  return {
    name: 'kavenegar',
    refuses: refusesPhone,
    async send({ id, recipient, text }, signal) {
      const form = new URLSearchParams({
        receptor: recipient.replace('+', '00'),
        message: text,
        localid: toNumber(id),
        ...(sender !== null && { sender }),
      });
      const answer = await ask(outbound, 'provider', {
        method: 'POST',
        url: `${url}/v1/${encodeURIComponent(apiKey)}/sms/send.json`, // the key is in the address by their design
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      const parsed = parseAnswer(answer);
      const status = Number(pick(parsed, 'return.status') ?? answer.status);
      if (status === BAD_RECIPIENT) return { outcome: 'bounced', error: `answered ${status}`, suppress: true };
      if (BAD_MESSAGE.has(status)) return { outcome: 'bounced', error: `answered ${status}`, suppress: false };
      const refusal = judge({ ...answer, status }, 'provider', now());
      if (!refusal) return { outcome: 'sent', messageId: pick(parsed, 'entries.0.messageid') };
      if (refusal.outcome === 'deferred') return refusal;
      throw new Outage(refusal.error, { mayHaveArrived: false });
    },
  };
}

/** The same for the same id, up to 15 digits, so that no language rounds it. */
function toNumber(id: string): string {
  const digest = createHash('sha256').update(id).digest();
  return String(digest.readBigUInt64BE() % 1_000_000_000_000_000n);
}
