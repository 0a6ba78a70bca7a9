import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import { databaseErrors } from '#platform/database/pool.ts';
import type { Units } from '#platform/database/unit.ts';
import { isShareable, LeaseLost, complete, completeTogether, type FinishedWork } from './complete.ts';

const MAX_BATCH = 64; // each item waits for all of its batch
const LOAD = 16; // from this many waiting items on, a second lane commits too
const SHARED_LANES = 2; // with more lanes fewer items share a commit, and commits are the main cost
const GATHER_MS = 10; // under load a lane waits, so that more items share a commit; their slots are free meanwhile

interface Waiting extends FinishedWork {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Completes items whose handlers have ended, with at most `lanes` transactions at once. Items that end while the shared
 * lanes are busy, or just after, are completed in one transaction, so that one commit serves many. An item that ends
 * alone is completed at once.
 */
export function createCommitBatcher(units: Units, lanes: number) {
  const shared: Waiting[] = [];
  const alone: Waiting[] = [];
  const busy = { shared: 0, all: 0 };
  let isScheduled = false;

  /** Resolves when the item and its result are committed. @throws LeaseLost when another holder has it. */
  function completeSoon(finished: FinishedWork): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    (isShareable(finished) ? shared : alone).push({ ...finished, resolve, reject });
    schedule();
    return promise;
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      depart();
    });
  }

  function depart(): void {
    while (busy.all < lanes && isShareReady()) void takeShared();
    while (busy.all < lanes && alone.length > 0) void take(alone.splice(0, 1));
  }

  /** The first lane takes any number, the second one only a large batch. */
  function isShareReady(): boolean {
    return busy.shared < SHARED_LANES && shared.length >= (busy.shared === 0 ? 1 : LOAD);
  }

  async function takeShared(): Promise<void> {
    busy.shared++;
    const share = shared.splice(0, MAX_BATCH);
    await take(share);
    if (share.length > 1 && shared.length < LOAD) await sleep(GATHER_MS);
    busy.shared--;
    schedule();
  }

  async function take(share: readonly Waiting[]): Promise<void> {
    busy.all++;
    await completeAll(share);
    busy.all--;
    schedule();
  }

  /** Never rejects. A batch that fails is halved until the failing item is alone with its error. */
  async function completeAll(share: readonly Waiting[]): Promise<void> {
    const [first] = share;
    if (!first) return;
    if (share.length === 1) return await complete(units, first.item, first.result).then(first.resolve, first.reject);
    try {
      const held = await completeTogether(units, share);
      for (const { item, resolve, reject } of share) {
        if (held.has(item.id)) resolve();
        else reject(new LeaseLost(item.id));
      }
    } catch (error) {
      if (isUnavailable(error)) return share.forEach(({ reject }) => reject(error));
      const half = Math.ceil(share.length / 2);
      await completeAll(share.slice(0, half));
      await completeAll(share.slice(half));
    }
  }

  return { complete: completeSoon };
}

/** The database did not answer, or its disk is full: whether the statement was executed is not known, and it may be retried. */
export function isUnavailable(error: unknown): boolean {
  const { unavailable, diskFull } = databaseErrors;
  return error instanceof Problem && [unavailable.code, diskFull.code].includes(error.code);
}
