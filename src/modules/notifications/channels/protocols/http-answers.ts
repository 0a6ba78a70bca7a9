import {
  OutboundFailed,
  OutboundRefused,
  type Outbound,
  type OutboundAnswer,
  type OutboundRequest,
} from '#platform/outbound/port.ts';
import { Outage, type SendOutcome } from '../port.ts';

const MAX_RETRY_AFTER_MS = 24 * 3_600_000; // longer waits are an error of the server, or of its clock
const BUSY = new Set([408, 425, 429]);
// Our account, or an address or method that the settings have wrong.
const OUR_SIDE = new Set([401, 402, 403, 404, 405]);
const GATEWAYS = new Set([502, 504]); // the server behind them may have taken the message

/** Whose server it is: the provider's, or a server that the recipient named. */
export type Owner = 'provider' | 'recipient';

/**
 * Makes the request and classifies its failure: a failure of the provider is thrown as an `Outage`, a failure of the
 * recipient's own server is an outcome, so that one failing hook does not open the circuit for all hooks.
 */
export async function ask(
  outbound: Outbound,
  owner: Owner,
  request: OutboundRequest,
): Promise<OutboundAnswer | Exclude<SendOutcome, { outcome: 'sent' }>> {
  try {
    return await outbound.send(request);
  } catch (error) {
    if (error instanceof OutboundRefused) return { outcome: 'bounced', error: error.message, suppress: false };
    if (!(error instanceof OutboundFailed)) throw error;
    const { message, mayHaveArrived } = error;
    if (owner === 'provider') throw new Outage(message, { mayHaveArrived, cause: error });
    return { outcome: 'deferred', error: message, retryAfterMs: null, isUnreached: !mayHaveArrived };
  }
}

/**
 * The outcome that an HTTP status means; null for 2xx. `reason` is the provider's own error code or text, if it gives
 * one.
 * @throws {Outage} for 5xx, redirects, and refusals of our account or settings, where the server is the provider's
 */
export function toFailure(
  { status, headers }: OutboundAnswer,
  owner: Owner,
  now: Date,
  reason: string | null = null,
): Exclude<SendOutcome, { outcome: 'sent' }> | null {
  if (status >= 200 && status < 300) return null;
  const error = reason === null ? `answered ${status}` : `answered ${status}: ${reason}`;
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  if (BUSY.has(status)) return { outcome: 'deferred', error, retryAfterMs };
  const isOutage = status >= 500 || status < 400 || OUR_SIDE.has(status);
  if (owner === 'provider' && isOutage)
    throw new Outage(error, { mayHaveArrived: GATEWAYS.has(status), isAboutMessage: status >= 500, retryAfterMs });
  if (status >= 500) return { outcome: 'deferred', error, retryAfterMs };
  return { outcome: 'bounced', error, suppress: owner === 'recipient' && status === 410 };
}

/**
 * `Retry-After` as seconds or as a date (RFC 9110), in milliseconds from now, at most a day; null for everything else.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** The JSON of an answer, of unknown shape; null where it is not JSON. */
export function parseAnswer({ body }: OutboundAnswer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null; // a proxy's page, or a cut-off answer
  }
}

/** The text or number at a path such as `data.0.id`; null where there is none. */
export function pick(value: unknown, path: string): string | null {
  let found = value;
  for (const key of path.split('.')) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, key)) return null;
    found = (found as Record<string, unknown>)[key];
  }
  return typeof found === 'string' || typeof found === 'number' ? String(found).slice(0, 500) : null;
}

export function isAnswer(value: OutboundAnswer | SendOutcome): value is OutboundAnswer {
  return 'status' in value;
}
