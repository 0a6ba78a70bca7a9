import { sql } from 'kysely';
import type { LoggingNeeds } from '../needs.ts';

const PAUSE_MS = 1000;

/**
 * New words wait in a list, so that no insert has to put them into the index. This process empties it a second after it has
 * stored events; without events nothing runs. What a process leaves behind that ends meanwhile, autovacuum does.
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
      void detached(() => clean()).catch(() => {}); // the database is away; the next events come when it is back
    }, PAUSE_MS).unref();
  }

  async function clean(): Promise<void> {
    const today = now().toISOString().slice(0, 10).replaceAll('-', '');
    await sql`select gin_clean_pending_list(i.indexrelid) from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam and a.amname = 'gin'
      where i.indrelid = any (array[to_regclass(${`logging.event_${today}`}), to_regclass(${`logging.word_${today}`})])`.execute(
      db.read,
    );
  }

  /** Before the database is closed. */
  function stop(): void {
    isStopped = true;
  }

  return { noteStored, stop };
}
