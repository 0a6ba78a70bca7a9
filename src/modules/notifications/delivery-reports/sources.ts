import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { ProviderConfig } from '#platform/config/port.ts';
import { deliveryReportErrors } from '../contract.ts';
import { isEqual, isSigned } from '#kernel/webhook.ts';
import { statusUrlOf } from '../channels/settings.ts';

/** A provider's report on the delivery of one message. */
export interface StatusReport {
  /** The provider's id of the message. */
  readonly messageId: string;
  readonly status: 'delivered' | 'failed';
  readonly error: string;
  /** The address does not exist. */
  readonly suppress: boolean;
}

export interface StatusRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes that were signed. */
  readonly body: Buffer;
}

/** How the reports of one provider are verified and read. */
export interface StatusSource {
  /** The provider's name in attempts. */
  readonly provider: string;
  /**
   * Null when the provider has not signed it; compared in constant time. An empty list means that the report changes
   * nothing.
   * @throws `notifications.report_malformed` for a signed report that cannot be read
   */
  read(request: StatusRequest, now: Date): StatusReport[] | null;
}

/** Only of providers that sign their reports: anybody could send the others. */
export function statusSources(config: ProviderConfig): StatusSource[] {
  const { providers, smtpFallbackUrl, smsHttpStatusSecret, twilioAuthToken } = config;
  const byMail = [
    { provider: 'smtp', secret: config.smtpStatusSecret },
    { provider: 'smtpFallback', secret: smtpFallbackUrl === null ? null : config.smtpFallbackStatusSecret },
  ];
  const bySms = smsHttpStatusSecret !== null && providers.includes('smsHttp') ? [{ secret: smsHttpStatusSecret }] : [];
  const byTwilio = twilioAuthToken !== null && providers.includes('twilio') ? [{ authToken: twilioAuthToken }] : [];
  return [
    ...byMail.flatMap(({ provider, secret }) => (secret === null ? [] : [standardStatus({ provider, secret })])),
    ...bySms.map(({ secret }) => hmacStatus({ provider: 'smsHttp', secret })),
    ...byTwilio.map(({ authToken }) => twilioStatus({ authToken, url: statusUrlOf(config, 'twilio') })),
  ];
}

// https://www.twilio.com/docs/api/errors: STOP, unknown, unreachable for good, a landline.
const DEAD_NUMBER = new Set(['21610', '21614', '30005', '30006']);

/**
 * Twilio signs its address and the sorted form fields by HMAC-SHA-1 under the auth token. `url` is the one that is
 * configured at Twilio.
 */
export function twilioStatus({ authToken, url }: { authToken: string; url: string }): StatusSource {
  return {
    provider: 'twilio',
    read({ headers, body }) {
      const fields = new URLSearchParams(body.toString());
      const sorted = [...fields].toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
      const signed = url + sorted.map(([name, value]) => name + value).join('');
      const right = createHmac('sha1', authToken).update(signed).digest('base64');
      if (!isEqual(header(headers, 'x-twilio-signature'), right)) return null;
      const [messageId, status, code] = ['MessageSid', 'MessageStatus', 'ErrorCode'].map(
        (name) => fields.get(name) ?? '',
      );
      if (!messageId) throw deliveryReportErrors.reportMalformed();
      if (status === 'delivered') return [{ messageId, status, error: '', suppress: false }];
      if (status !== 'undelivered' && status !== 'failed') return []; // not final
      const suppress = DEAD_NUMBER.has(code ?? '');
      return [
        {
          messageId,
          status: 'failed',
          error: code ? `reported ${status}: code ${code}` : `reported ${status}`,
          suppress,
        },
      ];
    },
  };
}

/** For SMS gateways: `X-Signature-256: sha256=` and the hex HMAC-SHA-256 of the body. */
export function hmacStatus({ provider, secret }: { provider: string; secret: string }): StatusSource {
  return {
    provider,
    read({ headers, body }) {
      const right = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      return isEqual(header(headers, 'x-signature-256').toLowerCase(), right) ? parseReports(body) : null;
    },
  };
}

/** SignedWebhook as the Standard Webhooks specification says. */
export function standardStatus({ provider, secret }: { provider: string; secret: string }): StatusSource {
  return {
    provider,
    read({ headers, body }, now) {
      const [id, seconds] = [header(headers, 'webhook-id'), header(headers, 'webhook-timestamp')];
      const isTheirs = isSigned(secret, header(headers, 'webhook-signature'), { id, seconds, body }, now);
      return isTheirs ? parseReports(body) : null;
    },
  };
}

const Report = Type.Object({
  messageId: Type.String({ minLength: 1, maxLength: 500 }),
  status: Type.Union([Type.Literal('delivered'), Type.Literal('failed'), Type.Literal('bounced')]),
  error: Type.Optional(Type.String({ maxLength: 500 })),
});
const Reports = Type.Union([Report, Type.Array(Report, { maxItems: 100 })]);

/** One report, or up to 100. `bounced` means that the address does not exist. Other fields are ignored. */
function parseReports(body: Buffer): StatusReport[] {
  const parsed = parseJson(body);
  if (!Check(Reports, parsed)) throw deliveryReportErrors.reportMalformed();
  return [parsed].flat().map(({ messageId, status, error = `reported ${status}` }) => ({
    messageId,
    status: status === 'delivered' ? status : 'failed',
    error,
    suppress: status === 'bounced',
  }));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw deliveryReportErrors.reportMalformed();
  }
}

function header(headers: StatusRequest['headers'], name: string): string {
  const { [name]: value } = headers;
  return typeof value === 'string' ? value : '';
}
