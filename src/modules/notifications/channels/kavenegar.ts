import { createHash } from 'node:crypto';
import type { Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, toFailure, toOurs, parseAnswer, pick } from './protocols/http-answers.ts';
import { Outage, type MessageProvider } from './port.ts';
import { refusesPhone } from './addresses.ts';
import { required, type FromConfig } from './settings.ts';

// https://kavenegar.com/rest.html: errors of this message, and a busy service. All other errors concern our account,
// settings or rights, some of them only for this message.
const BAD_RECIPIENT = 411;
const BAD_MESSAGE = new Set([400, 413, 422]);
const BUSY = 409;

export interface KavenegarNeeds {
  readonly outbound: Outbound;
  readonly url: string;
  readonly apiKey: string;
  /** Null for the line of the account. */
  readonly sender: string | null;
  readonly now: () => Date;
}

export const fromConfig: FromConfig = (config, { operated }, now) => ({
  channel: 'sms',
  provider: createKavenegar({
    outbound: operated,
    url: config.kavenegarUrl,
    apiKey: required(config.kavenegarApiKey, 'KAVENEGAR_API_KEY'),
    sender: config.kavenegarSender,
    now,
  }),
});

/** SMS by Kavenegar. Its `localid` is the idempotency key: a number that is derived from the message's id. */
export function createKavenegar({ outbound, url, apiKey, sender, now }: KavenegarNeeds): MessageProvider {
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
        url: `${url}/v1/${encodeURIComponent(apiKey)}/sms/send.json`, // their API has the key in the URL
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      const parsed = parseAnswer(answer);
      const status = Number(pick(parsed, 'return.status') ?? answer.status);
      if (status === BAD_RECIPIENT) return { outcome: 'bounced', error: `answered ${status}`, suppress: true };
      if (BAD_MESSAGE.has(status)) return { outcome: 'bounced', error: `answered ${status}`, suppress: false };
      if (status === BUSY) throw new Outage(`answered ${status}`, { mayHaveArrived: false });
      const failure = toFailure({ ...answer, status }, 'provider', now());
      if (!failure) return { outcome: 'sent', messageId: pick(parsed, 'entries.0.messageid') };
      return failure.outcome === 'deferred' ? failure : toOurs(failure.error);
    },
  };
}

/** At most 15 digits: larger numbers lose precision in JSON parsers. */
function toNumber(id: string): string {
  const digest = createHash('sha256').update(id).digest();
  return String(digest.readBigUInt64BE() % 1_000_000_000_000_000n);
}
