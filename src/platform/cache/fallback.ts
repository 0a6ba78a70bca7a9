import type { MemoryCache } from './memory.ts';
import type { Cache, SharedCache } from './port.ts';

/**
 * Goes on without the shared cache while it is away: values are missed, counts are this node's own, from what was last
 * known of the others'. When it comes back without its counts, those from here hold until their window ends.
 */
export function createFallbackCache(shared: SharedCache, own: MemoryCache): Cache {
  return {
    get: (key) => shared.get(key).catch(() => null),
    set: (key, value, ttlMs) => shared.set(key, value, ttlMs).catch(() => {}),
    delete: (key) => shared.delete(key),
    async increment(key, windowMs) {
      const counted = await shared.increment(key, windowMs).catch(() => null);
      return counted ? own.adopt(key, counted) : own.increment(key, windowMs);
    },
  };
}
