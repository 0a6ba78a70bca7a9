import type { Log } from './port.ts';
import { toText } from './repeats.ts';

// A service that comes and goes is one outage: each time it is soon gone again, it must answer for longer to count as back.
const SOON_MS = 60_000;
const MAX_CAUSES = 5; // written of one outage within an hour; further ones only count
const CAUSE_MS = 60_000; // an outage begins with several errors; a cause that is still new after this time is another one
const AGAIN_MS = 3_600_000;

/** Of a service that the process cannot do without, and that many loops use at once. */
export interface OutageLog {
  /** A call has failed because the service does not answer. */
  failed(error: unknown): void;
  /** A call has succeeded. Costs nothing while there is no outage. */
  answered(): void;
}

/** The time, passed in by tests. */
interface Clock {
  nowMs(): number;
  /** Calls back after so many milliseconds; answers a function that cancels it. */
  after(ms: number, call: () => void): () => void;
}

const realClock: Clock = {
  nowMs: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms).unref();
    return () => clearTimeout(timer);
  },
};

interface Outage {
  readonly sinceMs: number;
  lastMs: number;
  failures: number;
  /** Causes that were written within the present hour, when that hour began, and when a line was last written. */
  causes: Set<string>;
  causesMs: number;
  writtenMs: number;
}

/**
 * Writes one line when a service stops answering, one for each other cause that lasts, and one when it answers again,
 * with the number of failed calls and the duration. It answers again when a call succeeds and none has failed for
 * `quietMs`: when only some of its calls fail, that is one outage. For a service that was soon gone again, that time
 * doubles, up to a minute.
 */
export function createOutageLog(
  log: Log,
  words: { readonly gone: string; readonly back: string },
  quietMs = 0,
  { nowMs, after }: Clock = realClock,
): OutageLog {
  let outage: Outage | null = null;
  let endedMs = -Infinity;
  let neededMs = quietMs;
  let cancelEnd: (() => void) | null = null; // while it has answered, and it is too early to call that the end

  function begin(): Outage {
    const isSoon = nowMs() - endedMs < SOON_MS;
    neededMs = isSoon ? Math.min(SOON_MS, Math.max(1000, 2 * neededMs)) : quietMs;
    return { sinceMs: nowMs(), lastMs: 0, failures: 0, causes: new Set(), causesMs: nowMs(), writtenMs: -Infinity };
  }

  function end({ failures, sinceMs }: Outage): void {
    log.info({ failures, seconds: Math.round((nowMs() - sinceMs) / 1000) }, words.back);
    outage = null;
    cancelEnd = null;
    endedMs = nowMs();
  }

  return {
    failed(error) {
      cancelEnd?.();
      cancelEnd = null;
      outage ??= begin();
      outage.failures++;
      outage.lastMs = nowMs();
      if (nowMs() - outage.causesMs >= AGAIN_MS) Object.assign(outage, { causes: new Set(), causesMs: nowMs() });
      const cause = toText(error);
      if (outage.causes.size >= MAX_CAUSES || outage.causes.has(cause)) return;
      if (nowMs() - outage.writtenMs < CAUSE_MS) return;
      outage.writtenMs = nowMs();
      outage.causes.add(cause);
      log.error({ err: error }, words.gone);
    },
    answered() {
      if (outage === null || cancelEnd !== null) return;
      const over = outage;
      const leftMs = over.lastMs + neededMs - nowMs();
      if (leftMs <= 0) end(over);
      else cancelEnd = after(leftMs, () => end(over)); // a connection says only once that it is open
    },
  };
}
