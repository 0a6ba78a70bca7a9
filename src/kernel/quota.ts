import { LRUCache } from 'lru-cache';

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
 * minute.
 */
export function createQuota({ limit, count }: QuotaNeeds) {
  const rooms = new LRUCache<string, Promise<{ left: number }>>({ max: MAX_OWNERS, ttl: COUNTED_MS });

  function measure(owner: string): Promise<{ left: number }> {
    const room = count(owner, limit).then((rows) => ({ left: limit - rows }));
    rooms.set(owner, room);
    room.catch(() => rooms.delete(owner));
    return room;
  }

  return {
    /** False if the owner has no room for one more. */
    async take(owner: string): Promise<boolean> {
      if (limit === 0) return true;
      const known = rooms.get(owner) ?? measure(owner);
      let room = await known;
      if (room.left <= 0) room = await (rooms.get(owner) === known ? measure(owner) : (rooms.get(owner) ?? known));
      room.left -= 1;
      return room.left >= 0;
    },
  };
}
