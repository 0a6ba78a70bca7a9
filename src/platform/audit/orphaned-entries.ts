import type { Pool } from '#platform/database/pool.ts';
import type { Log } from '#platform/log/port.ts';
import type { Leader } from '#platform/work/port.ts';

const LOOK_MS = 400; // heard of, found waiting and chained: less than a second together
const FORSAKEN = `select exists (select 1 from audit.unsealed where at < clock_timestamp() - interval '${LOOK_MS} ms') as found`;

/**
 * Stands in for a process that has recorded audit entries and died before it chained them: looks while there is news of
 * entries, and a little longer, and asks nothing in between.
 */
export function createUnderstudy(pool: Pool, sealer: Leader, log: Log) {
  let isStarted = false;
  let heardMs = 0;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const beganMs = performance.now();
    const { rows } = await pool.query<{ found: boolean }>(FORSAKEN);
    if (rows[0]?.found === true) sealer.wake();
    timer = undefined;
    if (isStarted && heardMs > beganMs - LOOK_MS) lookLater();
  }

  function lookLater(): void {
    timer ??= setTimeout(() => {
      look().catch((error: unknown) => {
        timer = undefined;
        log.warn({ err: error }, 'could not look for entries that nobody chains; the safety poll finds them');
      });
    }, LOOK_MS);
  }

  return {
    /** Another process has recorded entries. */
    hear(): void {
      heardMs = performance.now();
      if (isStarted) lookLater();
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
