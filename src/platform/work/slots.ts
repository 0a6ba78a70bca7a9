import type { ClaimedWork, DueWork } from './claim.ts';
import { createThroughput } from './throughput.ts';

const HIGH_LANE = 0;
const PATIENCE_MS = 1000; // so long urgent items overtake a prefetched one

/** An item from its claim to its end. While `isBegun` is false it waits for a free slot. */
export interface Held {
  readonly item: ClaimedWork;
  readonly abort: AbortController;
  readonly isUrgent: boolean;
  /** Of the clock of the slots. */
  readonly sinceMs: number;
  isBegun: boolean;
}

/**
 * The worker slots of a process for some queues, and the items that they hold. There are `size` slots, and up to
 * `burst` more while items end quickly: as many as end in 1/30 s, so that an urgent item waits no longer than about
 * that.
 */
export function createWorkerSlots(
  queues: readonly string[],
  size: number,
  burst: number,
  now = () => performance.now(),
) {
  const held = new Map<string, Held>();
  const throughput = createThroughput();
  let waiting: Held[] = [];
  let busy = 0;

  const slots = () => size + Math.min(burst, Math.floor(throughput.prefetch() / 3));

  return {
    queues,
    held,
    /** Whether to claim: a slot is free, or half of the prefetched items are used up. */
    hasRoom(): boolean {
      const prefetch = throughput.prefetch();
      return held.size < slots() + prefetch && (held.size < slots() || waiting.length <= prefetch / 2);
    },
    /** How many items to claim: `count` to begin at once, `prefetch` for later. */
    room(): { count: number; prefetch: number } {
      const room = Math.max(0, slots() + throughput.prefetch() - held.size); // both change with time
      const free = slots() - busy - waiting.length;
      const count = Math.min(room, Math.max(1, free)); // one at least, or a flood would starve second attempts
      return { count, prefetch: room - count };
    },
    /** Urgent items begin before those that were prefetched within the last second; older ones must not starve. */
    hold(item: DueWork): void {
      const isUrgent = item.attempt > 1 || item.lane === HIGH_LANE;
      const sinceMs = now();
      const one = { item, abort: new AbortController(), isUrgent, sinceMs, isBegun: false };
      held.set(item.id, one);
      const place = isUrgent
        ? waiting.findIndex((other) => !other.isUrgent && sinceMs - other.sinceMs < PATIENCE_MS)
        : -1;
      if (place < 0) waiting.push(one);
      else waiting.splice(place, 0, one);
    },
    /** The next item to begin; takes a slot for it. Undefined when no item waits or no slot is free. */
    take(): Held | undefined {
      const next = busy < slots() ? waiting.shift() : undefined;
      if (!next) return undefined;
      busy++;
      next.isBegun = true;
      return next;
    },
    /** The handler has ended: the slot is free although the item is not yet completed. */
    free: () => void busy--,
    end({ id }: ClaimedWork): void {
      held.delete(id);
      throughput.count();
    },
    /** Drops the items that wait for a slot, and answers them. */
    dropWaiting(): ClaimedWork[] {
      const dropped = waiting.map(({ item }) => item);
      waiting = [];
      for (const { id } of dropped) held.delete(id);
      return dropped;
    },
  };
}

export type WorkerSlots = ReturnType<typeof createWorkerSlots>;
