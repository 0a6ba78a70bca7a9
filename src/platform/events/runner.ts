import type { Pool } from '#platform/database/pool.ts';
import { advance, claimCursor, releaseCursor, type Cursor } from './cursor.ts';

// Another node holds the cursor, or has died: its events are taken over within a second after its lease.
const RETRY_MS = 900;

/** The next events after a cursor. `head` bounds the window that they are from; `isLast`: it has and will have no more. */
export interface Page<Event> {
  readonly head: string;
  readonly events: readonly Event[];
  readonly isLast: boolean;
}

export interface RunnerNeeds<Event> {
  readonly pool: Pool;
  readonly nodeId: string;
  /** Name of the cursor. */
  readonly name: string;
  read(cursor: Cursor): Promise<Page<Event>>;
  /**
   * Answers how many events are done, counted from the first. Fewer than all ends the run; the next run begins after
   * them.
   */
  deliver(cursor: Cursor, events: readonly Event[]): Promise<number>;
}

/** Moves one cursor over the log, while this node holds its lease. */
export function createRunner<Event extends { readonly pos: number }>({
  pool,
  nodeId,
  name,
  read,
  deliver,
}: RunnerNeeds<Event>) {
  let isWanted = false;
  let running: Promise<void> | null = null;
  let later: NodeJS.Timeout | undefined;
  let isStopped = false;

  /** Delivers all events; a call during a run makes it look once more. */
  function run(): Promise<void> {
    isWanted = true;
    running ??= loop().finally(() => {
      running = null;
    });
    return running;
  }

  async function loop(): Promise<void> {
    while (isWanted) {
      isWanted = false;
      const cursor = await claimCursor(pool, name, nodeId);
      if (cursor) await deliverAll(cursor);
      else retryLater();
    }
  }

  function retryLater(): void {
    if (isStopped) return;
    later ??= setTimeout(() => {
      later = undefined;
      run().catch(() => {}); // the poll tries again, and logs the error
    }, RETRY_MS).unref();
  }

  async function deliverAll(claimed: Cursor): Promise<void> {
    let cursor = claimed;
    for (;;) {
      const { head, events, isLast } = await read(cursor);
      const done = await deliver(cursor, events);
      const last = events[done - 1];
      const isWhole = done === events.length;
      if (isWhole && isLast) cursor = { ...cursor, seen: head, head: null, pos: 0 };
      else if (last) cursor = { ...cursor, head, pos: last.pos };
      if (!(await advance(pool, cursor))) return;
      if (events.length === 0 || !isWhole) return await releaseCursor(pool, cursor);
    }
  }

  return {
    name,
    run,
    /** Resolves when the deliveries under way have ended. */
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(later);
      await running;
    },
  };
}
