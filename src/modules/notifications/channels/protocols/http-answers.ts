import {
  OutboundFailed,
  OutboundRefused,
  parseRetryAfter,
  type Outbound,
  type OutboundAnswer,
  type OutboundRequest,
} from '#platform/outbound/port.ts';
import { Outage, type SendOutcome } from '../port.ts';

const BUSY = new Set([408, 425, 429]);
// Our credit, a right, an address or a method: it may be missing or wrong for one recipient alone, unlike our password.
const OURS = new Set([402, 403, 404, 405, 410]);
const GATEWAYS = new Set([502, 504]); // the server behind them may have taken the message

/** Whose server it is: the provider's, a room's whose hook is in the settings, or one that the recipient named. */
export type Owner = 'provider' | 'settings' | 'recipient';

type Deferred = Extract<SendOutcome, { outcome: 'deferred' }>;

/**
 * Makes the request and classifies its failure: a failure of the provider is thrown as an `Outage`, a failure of a
 * room's or recipient's server is an outcome, so that one failing hook does not open the circuit for all hooks.
 */
export async function ask(
  outbound: Outbound,
  owner: Owner,
  request: OutboundRequest,
): Promise<OutboundAnswer | Exclude<SendOutcome, { outcome: 'sent' }>> {
  try {
    return await outbound.send(request);
  } catch (error) {
    if (error instanceof OutboundRefused && owner !== 'recipient') return toOurs(error.message);
    if (error instanceof OutboundRefused) return { outcome: 'bounced', error: error.message, suppress: false };
    if (!(error instanceof OutboundFailed)) throw error;
    const { message, mayHaveArrived } = error;
    if (owner === 'provider') throw new Outage(message, { mayHaveArrived, cause: error });
    const isOurs = owner === 'settings';
    return { outcome: 'deferred', error: message, retryAfterMs: null, isUnreached: !mayHaveArrived, isOurs };
  }
}

/**
 * The outcome that an HTTP status means; null for 2xx. `reason` is the provider's own error code or text, if it gives
 * one. A refusal that may be about one recipient is never an outage: it must not open the circuit for the others.
 * @throws {Outage} for 5xx and 401, where the server is the provider's
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
  if (owner === 'provider' && (status === 401 || status >= 500))
    throw new Outage(error, { mayHaveArrived: GATEWAYS.has(status), isAboutMessage: status >= 500, retryAfterMs });
  if (status >= 500) return { outcome: 'deferred', error, retryAfterMs, isOurs: owner === 'settings' };
  if (owner !== 'recipient' && (status < 400 || status === 401 || OURS.has(status))) return toOurs(error, retryAfterMs);
  return { outcome: 'bounced', error, suppress: owner === 'recipient' && status === 410 };
}

/** Our settings or account are the cause: nothing has arrived, and the next provider may be able to send it. */
export function toOurs(error: string, retryAfterMs: number | null = null): Deferred {
  return { outcome: 'deferred', error, retryAfterMs, isUnreached: true, isOurs: true };
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
