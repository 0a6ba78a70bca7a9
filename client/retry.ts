/** Repeats requests that the server asks to send again later. */

/** With `Retry-After`: the work was not done, or (409) a request with the same key is still at it. */
const RETRIED = new Set([409, 429, 503]);
const REPEATABLE = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
/**
 * Their answer is a secret, so they take no key. A refresh whose answer was lost is answered again for ten seconds; later
 * the token counts as stolen. An upload that was begun twice expires.
 */
const REPEATABLE_POSTS = /\/api\/v1\/(users\/(refresh|revoke)|files\/uploads)$/;

export interface RetryPolicy {
  /** Including the first one. Default: 3. */
  readonly attempts?: number;
  /** An answer that asks for a longer pause is returned as it is. Default: 10 seconds. */
  readonly maxWaitMs?: number;
  /** Resolves after `ms`; rejects when `signal` is aborted. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Sends a request, and sends it again after an answer with `Retry-After`, and after a connection that broke. Only what
 * is safe to repeat: GET, HEAD, PUT, DELETE, and what has an `Idempotency-Key`.
 */
export function withRetries(
  send: (request: Request) => Promise<Response>,
  { attempts = 3, maxWaitMs = 10_000, wait = pause }: RetryPolicy = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let left = attempts - 1; ; left--) {
      const isLast = left <= 0 || !isRepeatable(request);
      const copy = isLast ? request : request.clone(); // a body can be read once
      const outcome = await send(copy).catch((error: unknown) => ({ error }));
      if (!(outcome instanceof Response)) {
        if (isLast || request.signal.aborted) throw outcome.error;
        await wait(Math.min(1000, maxWaitMs), request.signal);
        continue;
      }
      const waitMs = RETRIED.has(outcome.status) ? retryAfterMs(outcome.headers) : null;
      if (isLast || waitMs === null || waitMs > maxWaitMs) return outcome;
      await discard(outcome);
      await wait(waitMs, request.signal);
    }
  };
}

/** An answer that nobody reads keeps its connection. */
export async function discard({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => {}); // it may have failed already
}

function isRepeatable({ method, headers, url }: Request): boolean {
  return REPEATABLE.has(method) || headers.has('idempotency-key') || REPEATABLE_POSTS.test(new URL(url).pathname);
}

/** What an answer asks to wait. A date is compared with the clock of the server, where the answer tells it. */
export function retryAfterMs(headers: Pick<Headers, 'get'>): number | null {
  const serverMs = Date.parse(headers.get('date') ?? '');
  return toWaitMs(headers.get('retry-after'), Number.isNaN(serverMs) ? Date.now() : serverMs);
}

/** Milliseconds of a `Retry-After` in seconds or as a date; null without one. */
export function toWaitMs(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter);
  const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - now : seconds * 1000;
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}

/** Resolves after `ms`; rejects when `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}
