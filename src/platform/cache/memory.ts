import { createLru } from '#kernel/limits/lru.ts';
import type { Cache, Window } from './port.ts';

const MAX_ENTRIES = 100_000; // bounds the memory that a flood of distinct addresses can use: about 20 MB

export interface MemoryCache extends Cache {
  /**
   * Takes over the count of a shared cache, unless the count here is higher: then the shared cache has lost its counts.
   */
  syncFrom(key: string, shared: Window): Window;
}

/** A cache in this process; when full, it drops the least recently used entries. `nowMs` is monotonic. */
export function createMemoryCache(nowMs: () => number = () => performance.now()): MemoryCache {
  const values = createLru<{ value: string; endsMs: number }>(MAX_ENTRIES);
  const windows = createLru<{ count: number; endsMs: number }>(MAX_ENTRIES);

  return {
    async get(key) {
      const entry = values.get(key);
      return entry && entry.endsMs > nowMs() ? entry.value : null;
    },
    async set(key, value, ttlMs) {
      values.set(key, { value, endsMs: nowMs() + ttlMs });
    },
    async delete(key) {
      values.delete(key);
    },
    increment(key, windowMs) {
      const now = nowMs();
      let window = windows.get(key);
      if (!window || window.endsMs <= now) windows.set(key, (window = { count: 0, endsMs: now + windowMs }));
      window.count++;
      return { count: window.count, resetMs: window.endsMs - now };
    },
    syncFrom(key, shared) {
      const now = nowMs();
      const window = windows.get(key);
      if (!window || window.endsMs <= now || window.count < shared.count) {
        windows.set(key, { count: shared.count, endsMs: now + shared.resetMs });
        return shared;
      }
      window.count++;
      return { count: window.count, resetMs: window.endsMs - now };
    },
  };
}
