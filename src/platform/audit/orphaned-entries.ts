import type { Pool } from '#platform/database/pool.ts';
import type { Log } from '#platform/log/port.ts';
import type { Leader } from '#platform/work/port.ts';
import { hasOrphaned } from './queries.ts';

const CHECK_MS = 400; // notified, found and chained: less than a second together
const FIND_ORPHANED = `select ${hasOrphaned(CHECK_MS)} as found`;

/**
 * Chains audit entries whose process died after it recorded them and before it chained them. Checks for such entries
 * after each notification that another process has recorded some, and sends no query at other times.
 */
export function createOrphanedEntries(pool: Pool, sealer: Leader, log: Log) {
  let isStarted = false;
  let notifiedMs = 0;
  let timer: NodeJS.Timeout | undefined;

  async function check(): Promise<void> {
    const beganMs = performance.now();
    if (await findOrphaned()) sealer.wake();
    timer = undefined;
    if (isStarted && notifiedMs > beganMs - CHECK_MS) checkLater();
  }

  async function findOrphaned(): Promise<boolean> {
    const { rows } = await pool.query<{ found: boolean }>(FIND_ORPHANED);
    return rows[0]?.found === true;
  }

  function checkLater(): void {
    timer ??= setTimeout(() => {
      check().catch((error: unknown) => {
        timer = undefined;
        log.warn({ err: error }, 'the check for orphaned audit entries failed; the safety poll finds them');
      });
    }, CHECK_MS);
  }

  return {
    /** Another process has recorded entries. */
    onNotify(): void {
      notifiedMs = performance.now();
      if (isStarted) checkLater();
    },
    start(): void {
      isStarted = true;
    },
    stop(): void {
      isStarted = false;
      clearTimeout(timer);
    },
  };
}
