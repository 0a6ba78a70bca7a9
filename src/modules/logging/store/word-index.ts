import { sql } from 'kysely';
import type { LoggingNeeds } from '../needs.ts';

const PAUSE_MS = 1000;
const DAY_MS = 86_400_000;

/**
 * New words wait in a list, so that no insert has to put them into the index. This process empties it a second after it has
 * stored events; without events nothing runs. What is left when a day ends, or a process, a job does once the day is over: else
 * each search of that day would read the list.
 */
export function createWordIndex({ db, detached, now }: Pick<LoggingNeeds, 'db' | 'detached' | 'now'>) {
  let isDue = false;
  let isStopped = false;

  function noteStored(): void {
    if (isDue || isStopped) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      if (isStopped) return;
      void detached(() => clean(now().getTime())).catch(() => {}); // the database is away; the next events come when it is back
    }, PAUSE_MS).unref();
  }

  /** The lists of the day of this time. */
  async function clean(timeMs: number): Promise<void> {
    const day = new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
    await sql`select gin_clean_pending_list(i.indexrelid) from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam and a.amname = 'gin'
      where i.indrelid = any (array[to_regclass(${`logging.event_${day}`}), to_regclass(${`logging.word_${day}`})])`.execute(
      db.read,
    );
  }

  /** The first run after midnight empties them; later ones find them empty, which costs two pages. */
  async function closeDay() {
    await clean(now().getTime() - DAY_MS);
    return { write: async () => {} };
  }

  /** Before the database is closed. */
  function stop(): void {
    isStopped = true;
  }

  return { noteStored, closeDay, stop };
}
