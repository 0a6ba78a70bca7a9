import { createLru } from './lru.ts';

const MAX_OWNERS = 10_000; // in memory; others are counted again
const COUNTED_MS = 60_000; // how long rows that another node adds may be missed

export interface QuotaNeeds {
  /** Rows of one owner; 0: as many as they like. */
  readonly limit: number;
  /** Counts the rows of an owner, up to `limit`. */
  count(owner: string, limit: number): Promise<number>;
}

/**
 * How many rows each owner may have. The rows are counted once a minute, and when the quota is used up, since counting all
 * for each new one would cost most where there are many. So the quota can be exceeded by what several nodes add within a
 * minute, but not by what one node adds at once.
 */
export function createQuota({ limit, count }: QuotaNeeds) {
  const rooms = createLru<Promise<{ left: number }>>(MAX_OWNERS, COUNTED_MS);
  const adding = new Map<string, number>();

  /** Rows that are being added may be counted or not, so each takes room, even if that is one too many for a moment. */
  function measure(owner: string): Promise<{ left: number }> {
    const taken = adding.get(owner) ?? 0;
    const room = count(owner, limit).then((rows) => ({ left: limit - rows - taken }));
    rooms.set(owner, room);
    room.catch(() => rooms.get(owner) === room && rooms.delete(owner));
    return room;
  }

  /** A count that fails fails for its request alone: that client may have disconnected. */
  function known(owner: string): Promise<{ left: number }> {
    const room = rooms.get(owner);
    return room ? room.catch(() => rooms.get(owner) ?? measure(owner)) : measure(owner);
  }

  /** At once, so that a count that begins next knows of it. */
  async function take(owner: string): Promise<boolean> {
    const before = rooms.get(owner);
    let room = await known(owner);
    if (room.left <= 0) room = await (rooms.get(owner) === before ? measure(owner) : known(owner));
    if (room.left <= 0) return false;
    room.left -= 1;
    adding.set(owner, (adding.get(owner) ?? 0) + 1);
    return true;
  }

  return {
    /** Runs `add`, which adds one row and commits it; null if the owner has no room for one more. */
    async within<R>(owner: string, add: () => Promise<R>): Promise<R | null> {
      if (limit === 0) return add();
      if (!(await take(owner))) return null;
      try {
        return await add();
      } finally {
        const others = (adding.get(owner) ?? 1) - 1;
        if (others > 0) adding.set(owner, others);
        else adding.delete(owner);
      }
    },
  };
}
