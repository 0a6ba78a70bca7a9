import type { ClaimedWork, DueWork } from './claim.ts';
import { createThroughput } from './throughput.ts';

const HIGH_LANE = 0;

/** An item from its claim to its end; waits for a free hand while `isBegun` is false. */
export interface Held {
  readonly item: ClaimedWork;
  readonly abort: AbortController;
  readonly isUrgent: boolean;
  isBegun: boolean;
}

/**
 * The hands of a process for some queues, and what they hold: `size` of them, and while items end quickly up to `burst`
 * more, as many as end in a thirtieth of a second: what is urgent waits for about that much that was begun before it.
 */
export function createWorkerSlots(queues: readonly string[], size: number, burst: number) {
  const held = new Map<string, Held>();
  const throughput = createThroughput();
  let waiting: Held[] = [];
  let busy = 0;

  const slots = () => size + Math.min(burst, Math.floor(throughput.prefetch() / 3));

  return {
    queues,
    held,
    /** A claim is worth its while for a free hand, or for half of what may be held ahead. */
    hasRoom(): boolean {
      const prefetch = throughput.prefetch();
      return held.size < slots() + prefetch && (held.size < slots() || waiting.length <= prefetch / 2);
    },
    /** What to claim, to begin at once and ahead of that. */
    room(): { count: number; prefetch: number } {
      const room = slots() + throughput.prefetch() - held.size;
      const free = slots() - busy - waiting.length;
      const count = Math.min(room, Math.max(1, free)); // one at least, or a flood would starve second attempts
      return { count, prefetch: room - count };
    },
    /** What is urgent begins before all that was claimed ahead, however early. */
    hold(item: DueWork): void {
      const isUrgent = item.attempt > 1 || item.lane === HIGH_LANE;
      const one = { item, abort: new AbortController(), isUrgent, isBegun: false };
      held.set(item.id, one);
      const place = isUrgent ? waiting.findIndex((other) => !other.isUrgent) : -1;
      if (place < 0) waiting.push(one);
      else waiting.splice(place, 0, one);
    },
    /** The next to begin, with a hand for it; undefined when there is none of either. */
    take(): Held | undefined {
      const next = busy < slots() ? waiting.shift() : undefined;
      if (!next) return undefined;
      busy++;
      next.isBegun = true;
      return next;
    },
    /** The item waits for nothing but its settling. */
    free: () => void busy--,
    end({ id }: ClaimedWork): void {
      held.delete(id);
      throughput.count();
    },
    /** All that has no hand yet; it is held no longer. */
    dropWaiting(): ClaimedWork[] {
      const dropped = waiting.map(({ item }) => item);
      waiting = [];
      for (const { id } of dropped) held.delete(id);
      return dropped;
    },
  };
}

export type WorkerSlots = ReturnType<typeof createWorkerSlots>;
