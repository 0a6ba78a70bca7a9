import type { MemoryCache } from './memory.ts';
import type { Cache, SharedCache } from './port.ts';

/**
 * Continues without the shared cache while it cannot be reached: `get` finds nothing, and counts are this node's,
 * beginning with the last known shared count. If the shared cache comes back without its counts, this node's count
 * until their window ends.
 */
export function createFallbackCache(shared: SharedCache, own: MemoryCache): Cache {
  return {
    get: (key) => shared.get(key).catch(() => null),
    set: (key, value, ttlMs) => shared.set(key, value, ttlMs).catch(() => {}),
    delete: (key) => shared.delete(key),
    async increment(key, windowMs) {
      const counted = await shared.increment(key, windowMs).catch(() => null);
      return counted ? own.syncFrom(key, counted) : own.increment(key, windowMs);
    },
  };
}
