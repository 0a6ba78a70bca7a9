import type { Pool } from '#platform/database/pool.ts';
import { claimDue, floorKey, type DueWork, type Share, type Terms } from './claim.ts';

const SLOW_MS = 20; // far above what a claim takes over a table that is vacuumed
const SHARE = 20; // full scans use at most 1/20 of the time

/**
 * Claims due items, and stays fast while some transaction is held open: until it ends, VACUUM cannot remove the dead
 * rows of completed items, which lie in the index before those that are due. When full scans become slow, most scans
 * begin where the last one ended (the floor). Items before the floor (committed late, or released) are found by the
 * next full scan, which comes soon, and always before `exhausted` is reported.
 */
export function createDueScan(pool: Pool, terms: ReadonlyMap<string, Terms>, nodeId: string) {
  const floors = new Map<string, string>();
  let wholeAt = -Infinity;

  return {
    /** `exhausted`: the shares that have no further due items. */
    async claim<S extends Share>(shares: readonly S[]): Promise<{ items: DueWork[]; exhausted: S[] }> {
      const startedAt = performance.now();
      const isWhole = startedAt >= wholeAt;
      if (isWhole) floors.clear();
      const found = await claimDue(pool, { terms, nodeId, shares, asOf: null, floors });
      for (const { queue, lane, dueAt } of found) floors.set(floorKey(queue, lane), dueAt); // the last is the latest
      const short = shares.filter(({ queues, count, prefetch }) => {
        return found.filter(({ queue }) => queues.includes(queue)).length < count + prefetch;
      });
      const isShort = short.length === shares.length;
      const tookMs = performance.now() - startedAt;
      if (isWhole) wholeAt = tookMs < SLOW_MS || isShort ? -Infinity : performance.now() + SHARE * tookMs;
      else if (isShort) wholeAt = -Infinity;
      return { items: found, exhausted: isWhole ? short : [] };
    },
  };
}
