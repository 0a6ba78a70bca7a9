import type { Log } from './port.ts';
import { toText } from './repeats.ts';

// A service that comes and goes is one outage: each time it is soon gone again, it must answer for longer to count as back.
const SOON_MS = 60_000;
const MAX_CAUSES = 5; // of one outage; further ones only count

/** Of a service that the process cannot do without, and that many loops use at once. */
export interface OutageLog {
  /** A call has failed because the service does not answer. */
  failed(error: unknown): void;
  /** A call has succeeded. Costs nothing while there is no outage. */
  answered(): void;
}

/**
 * Writes one line when a service stops answering, one for each other cause, and one when it answers again, with the number
 * of failed calls and the duration. It answers again when a call succeeds and none has failed for `quietMs`: when only
 * some of its calls fail, that is one outage. For a service that was soon gone again, that time doubles, up to a minute.
 */
export function createOutageLog(
  log: Log,
  words: { readonly gone: string; readonly back: string },
  quietMs = 0,
  nowMs: () => number = () => performance.now(),
): OutageLog {
  let outage: { readonly sinceMs: number; lastMs: number; failures: number; readonly causes: Set<string> } | null =
    null;
  let endedMs = -Infinity;
  let neededMs = quietMs;

  function begin(): NonNullable<typeof outage> {
    const isSoon = nowMs() - endedMs < SOON_MS;
    neededMs = isSoon ? Math.min(SOON_MS, Math.max(1000, 2 * neededMs)) : quietMs;
    return { sinceMs: nowMs(), lastMs: 0, failures: 0, causes: new Set() };
  }

  return {
    failed(error) {
      outage ??= begin();
      outage.failures++;
      outage.lastMs = nowMs();
      const cause = toText(error);
      if (outage.causes.size >= MAX_CAUSES || outage.causes.has(cause)) return;
      outage.causes.add(cause);
      log.error({ err: error }, words.gone);
    },
    answered() {
      if (outage === null || nowMs() - outage.lastMs < neededMs) return;
      const seconds = Math.round((nowMs() - outage.sinceMs) / 1000);
      log.info({ failures: outage.failures, seconds }, words.back);
      outage = null;
      endedMs = nowMs();
    },
  };
}
