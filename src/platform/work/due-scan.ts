import type { Pool } from '#platform/database/pool.ts';
import { claimDue, floorKey, type DueWork, type Share, type Terms } from './claim.ts';

const SLOW_MS = 20; // far above what a claim takes over a table that is vacuumed
const SHARE = 20; // looks from the beginning take at most one part in so many of the time

/**
 * Claims, and keeps that quick while a transaction is held open somewhere: what has been claimed and settled since then
 * cannot be cleaned away and lies before what is due. Once looks from the beginning are slow, most begin where the last
 * one has ended. What lies before that (a transaction that committed late, what was given back) is found by the next
 * look from the beginning: soon, and always before there is said to be nothing.
 */
export function createDueScan(pool: Pool, terms: ReadonlyMap<string, Terms>, nodeId: string) {
  const floors = new Map<string, string>();
  let wholeAt = -Infinity;

  return {
    /** `exhausted`: the shares of which nothing was left that is due. */
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
