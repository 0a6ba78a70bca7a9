import type { Log } from './port.ts';

/** Of a service that the process cannot do without, and that many loops use at once. */
export interface OutageLog {
  /** A call has failed because the service does not answer. */
  failed(error: unknown): void;
  /** A call has succeeded. Costs nothing while there is no outage. */
  answered(): void;
}

/**
 * Writes one line when a service stops answering and one when it answers again, with the number of failed calls and the
 * duration. It answers again when a call succeeds and none has failed for `quietMs`: when only some of its calls fail,
 * that is one outage.
 */
export function createOutageLog(
  log: Log,
  words: { readonly gone: string; readonly back: string },
  quietMs = 0,
  nowMs: () => number = () => performance.now(),
): OutageLog {
  let outage: { readonly sinceMs: number; lastMs: number; failures: number } | null = null;
  return {
    failed(error) {
      if (outage === null) log.error({ err: error }, words.gone);
      outage ??= { sinceMs: nowMs(), lastMs: 0, failures: 0 };
      outage.failures++;
      outage.lastMs = nowMs();
    },
    answered() {
      if (outage === null || nowMs() - outage.lastMs < quietMs) return;
      const seconds = Math.round((nowMs() - outage.sinceMs) / 1000);
      log.info({ failures: outage.failures, seconds }, words.back);
      outage = null;
    },
  };
}
