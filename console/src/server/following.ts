/** One connection that is opened again whenever it ends. Runs in a page and in a worker. */
import { ApiError, type ServerEvent } from '#client';

export type LiveState = 'connected' | 'reconnecting' | 'paused';

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
const FINAL = new Set([400, 403, 404]); // asking again gets the same answer
const STEADY_MS = 10_000; // a connection that lasted so long was no failure

interface Followed {
  readonly open: (lastEventId: string | null, signal: AbortSignal) => Promise<AsyncIterable<ServerEvent>>;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: 'connected' | 'reconnecting') => void;
  /** A refusal that will not change: it is not followed any more. Left out: it is tried again all the same. */
  readonly onRefused?: ((refusal: ApiError) => void) | undefined;
  /** Where an earlier connection has got to. */
  readonly lastEventId?: string | null;
}

export interface Following {
  /** Of the last event that has one. */
  readonly lastEventId: () => string | null;
  readonly close: () => void;
}

/** Follows until it is closed. After a failure it waits, each time longer, and not at all when the network comes back. */
export function keepFollowing({ open, onEvent, onState, onRefused, lastEventId: before = null }: Followed): Following {
  const over = new AbortController();
  let lastEventId = before;

  async function run(): Promise<void> {
    for (let failures = 0; !over.signal.aborted;) {
      const beganMs = Date.now();
      try {
        const events = await open(lastEventId, over.signal);
        onState('connected');
        for await (const event of events) {
          if (over.signal.aborted) return;
          lastEventId = event.id ?? lastEventId;
          onEvent(event);
        }
      } catch (error) {
        if (onRefused && !over.signal.aborted && error instanceof ApiError && FINAL.has(error.status))
          return onRefused(error);
        // Else a connection that is lost, or a server that is busy: it is tried again.
      }
      if (over.signal.aborted) return;
      onState('reconnecting');
      failures = Date.now() - beganMs > STEADY_MS ? 1 : failures + 1;
      await rest(pauseMs(failures), over.signal);
    }
  }

  void run();
  return { lastEventId: () => lastEventId, close: () => over.abort() };
}

/** Doubles with each failure; half of it is chance, so that not all browsers come back at once. */
function pauseMs(failures: number): number {
  const longest = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return longest * (0.5 + Math.random() / 2);
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = () => resolve();
  addEventListener('online', wake);
  signal.addEventListener('abort', wake);
  return promise.finally(() => {
    clearTimeout(timer);
    removeEventListener('online', wake);
    signal.removeEventListener('abort', wake);
  });
}
