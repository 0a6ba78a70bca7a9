import type { Pool } from '#platform/database/pool.ts';
import { advance, claimCursor, readWindow, releaseCursor, type Cursor, type StoredEvent } from './cursor.ts';

// Somebody else delivers, or died doing so: what it left is taken up in the second after its lease.
const LOOK_AGAIN_MS = 900;

export interface RunnerNeeds {
  readonly pool: Pool;
  readonly nodeId: string;
  /** Of the cursor. */
  readonly name: string;
  /** Null reads all. */
  readonly types: readonly string[] | null;
  /** Answers how many are done, counted from the first. Fewer than all ends the run; the next begins behind them. */
  deliver(cursor: Cursor, events: readonly StoredEvent[]): Promise<number>;
}

/** Leads one cursor over the log, on this node as long as it holds the lease. */
export function createRunner({ pool, nodeId, name, types, deliver }: RunnerNeeds) {
  let isWanted = false;
  let running: Promise<void> | null = null;
  let later: NodeJS.Timeout | undefined;
  let isStopped = false;

  /** Delivers all there is; whoever calls while it runs makes it look once more. */
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
      else lookAgain();
    }
  }

  function lookAgain(): void {
    if (isStopped) return;
    later ??= setTimeout(() => {
      later = undefined;
      run().catch(() => {}); // the safety poll goes on, and says what is wrong
    }, LOOK_AGAIN_MS).unref();
  }

  async function deliverAll(claimed: Cursor): Promise<void> {
    let cursor = claimed;
    for (;;) {
      const { head, events, isLast } = await readWindow(pool, cursor, types);
      const done = await deliver(cursor, events);
      const last = events[done - 1];
      const isWhole = done === events.length;
      const hasPending = events.length > 0 || !isLast;
      if (isWhole && (isLast || !last)) cursor = { ...cursor, seen: head, head: null, pos: 0 };
      else if (last) cursor = { ...cursor, head, pos: last.pos };
      if (!(await advance(pool, cursor))) return;
      if (!hasPending || !isWhole) return await releaseCursor(pool, cursor);
    }
  }

  return {
    name,
    run,
    /** What is being delivered has been when this resolves. */
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(later);
      await running;
    },
  };
}
