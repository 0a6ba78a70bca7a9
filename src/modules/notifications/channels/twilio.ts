import { parseRetryAfter, type Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, toFailure, toOurs, parseAnswer, pick } from './protocols/http-answers.ts';
import type { MessageProvider } from './port.ts';
import { refusesPhone } from './addresses.ts';
import { required, statusUrlOf, type FromConfig } from './settings.ts';

// https://www.twilio.com/docs/api/errors: the number cannot receive SMS, or its owner replied STOP.
const DEAD_NUMBER = new Set(['21211', '21214', '21217', '21610', '21614']);
// Errors of our sender or account, some of them only for the recipient's country, although the status is 400 or 429.
const OURS = new Set(['21212', '21408', '21603', '21606', '21611', '21659', '21660', '21701', '21703']);

export interface TwilioNeeds {
  readonly outbound: Outbound;
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** A number, or a messaging service (`MG…`). */
  readonly from: string;
  /** Where Twilio reports deliveries; null where it cannot reach us. */
  readonly statusUrl: string | null;
  readonly now: () => Date;
}

export const fromConfig: FromConfig = (config, { operated }, now) => ({
  channel: 'sms',
  provider: createTwilio({
    outbound: operated,
    url: config.twilioUrl,
    accountSid: required(config.twilioAccountSid, 'TWILIO_ACCOUNT_SID'),
    authToken: required(config.twilioAuthToken, 'TWILIO_AUTH_TOKEN'),
    from: required(config.twilioFrom, 'TWILIO_FROM'),
    statusUrl: config.publicUrl.startsWith('https://') ? statusUrlOf(config, 'twilio') : null,
    now,
  }),
});

/** SMS by Twilio's Messages API. It has no idempotency key: a lost answer may cause a second SMS. */
export function createTwilio({
  outbound,
  url,
  accountSid,
  authToken,
  from,
  statusUrl,
  now,
}: TwilioNeeds): MessageProvider {
  return {
    name: 'twilio',
    refuses: refusesPhone,
    async send({ id, recipient, text }, signal) {
      const form = new URLSearchParams({
        To: recipient,
        [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from,
        Body: text,
        ...(statusUrl !== null && { StatusCallback: statusUrl }),
      });
      const answer = await ask(outbound, 'provider', {
        method: 'POST',
        url: `${url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`,
        headers: {
          authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
          'i-twilio-idempotency-token': id,
        },
        body: form.toString(),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      const parsed = parseAnswer(answer);
      const code = pick(parsed, 'code');
      if (code !== null && OURS.has(code) && answer.status >= 400)
        return toOurs(`answered ${answer.status}: code ${code}`, parseRetryAfter(answer.headers['retry-after'], now()));
      const failure = toFailure(answer, 'provider', now(), code === null ? null : `code ${code}`);
      if (!failure) return { outcome: 'sent', messageId: pick(parsed, 'sid') };
      return failure.outcome === 'bounced' ? { ...failure, suppress: DEAD_NUMBER.has(code ?? '') } : failure;
    },
  };
}
