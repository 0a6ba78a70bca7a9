/** One stream of events over many connections. */
import { ApiError } from './answer.ts';
import type { ServerEvent } from './events.ts';

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
const FINAL = new Set([400, 401, 403, 404]); // asking again gets the same answer
const LONGEST_ASKED_MS = 300_000; // of a server that asks to wait
const STEADY_MS = 10_000; // a connection that lasted so long was no failure

export type StreamState = 'connected' | 'reconnecting';

export interface FollowingNeeds {
  /** One connection, which begins after an event. */
  readonly open: (lastEventId: string | null) => Promise<AsyncIterable<ServerEvent>>;
  readonly signal: AbortSignal;
  readonly lastEventId: string | null;
  readonly onState: (state: StreamState) => void;
  /** Whether a refusal that would not change by itself is asked again all the same. */
  readonly asksAgain: (refusal: ApiError) => boolean;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * The events until `signal` is aborted. After a connection that ended it waits, each time longer, and not at all when the
 * network comes back. @throws `ApiError` for a refusal that would not change
 */
export async function* keepFollowing(needs: FollowingNeeds): AsyncGenerator<ServerEvent> {
  const { open, signal, onState, asksAgain, wait } = needs;
  let { lastEventId } = needs;
  for (let failures = 0; !signal.aborted;) {
    const beganMs = Date.now();
    let askedMs = 0;
    try {
      const events = await open(lastEventId);
      onState('connected');
      for await (const event of events) {
        lastEventId = event.id ?? lastEventId;
        yield event;
        if (signal.aborted) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && FINAL.has(error.status) && !asksAgain(error)) throw error;
      if (error instanceof ApiError) askedMs = Math.min(error.retryAfterMs ?? 0, LONGEST_ASKED_MS);
      // Else a connection that is lost, or a server that is busy.
    }
    onState('reconnecting');
    failures = Date.now() - beganMs > STEADY_MS ? 1 : failures + 1;
    await rest(Math.max(askedMs, toPauseMs(failures)), signal, wait);
  }
}

/** Doubles with each failure; half of it is chance, so that not all clients come back at once. */
function toPauseMs(failures: number): number {
  const longest = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return longest * (0.5 + Math.random() / 2);
}

async function rest(ms: number, signal: AbortSignal, wait: FollowingNeeds['wait']): Promise<void> {
  const over = new AbortController();
  const wake = () => over.abort();
  const page = globalThis as Partial<EventTarget>; // a page or a worker; Node has no such event
  page.addEventListener?.('online', wake);
  await wait(ms, AbortSignal.any([signal, over.signal])).catch(() => {}); // it rejects when it is cut short
  page.removeEventListener?.('online', wake);
}
