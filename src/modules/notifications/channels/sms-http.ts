import { Liquid } from 'liquidjs';
import type { Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, toFailure, parseAnswer, pick } from './protocols/http-answers.ts';
import type { MessageProvider } from './port.ts';
import { refusesPhone } from './addresses.ts';
import { required, type FromConfig } from './settings.ts';

export interface SmsHttpNeeds {
  readonly outbound: Outbound;
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  /** Liquid over `to`, `text` and `id`: the body, or the query string of a GET. */
  readonly body: string;
  /** Path of the message's id within a JSON answer. */
  readonly messageIdPath: string;
  readonly now: () => Date;
}

export const fromConfig: FromConfig = (config, { operated }, now) => ({
  channel: 'sms',
  provider: createSmsHttp({
    outbound: operated,
    url: required(config.smsHttpUrl, 'SMS_HTTP_URL'),
    method: config.smsHttpMethod,
    headers: config.smsHttpHeaders,
    body: required(config.smsHttpBody, 'SMS_HTTP_BODY'),
    messageIdPath: config.smsHttpMessageId,
    now,
  }),
});

/** SMS by any gateway that takes a request. The idempotency key is sent as a header, and as `id` in the template. */
export function createSmsHttp({
  outbound,
  url,
  method,
  headers,
  body,
  messageIdPath,
  now,
}: SmsHttpNeeds): MessageProvider {
  const liquid = new Liquid({ strictVariables: true, strictFilters: true, ownPropertyOnly: true });
  const template = liquid.parse(body); // a mistake in it stops the start
  const guessed = body.trimStart().startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';

  return {
    name: 'smsHttp',
    refuses: refusesPhone,
    async send({ id, recipient, text }, signal) {
      const filled = String(await liquid.render(template, { to: recipient, text, id }));
      const answer = await ask(outbound, 'provider', {
        method,
        url: method === 'GET' ? `${url}${url.includes('?') ? '&' : '?'}${filled}` : url,
        headers: {
          'idempotency-key': id,
          ...(method !== 'GET' && { 'content-type': guessed }),
          ...headers,
        },
        ...(method !== 'GET' && { body: filled }),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      return (
        toFailure(answer, 'provider', now()) ?? { outcome: 'sent', messageId: pick(parseAnswer(answer), messageIdPath) }
      );
    },
  };
}
