import { LRUCache } from 'lru-cache';
import type { Cache } from './port.ts';

const MAX_ENTRIES = 100_000; // bounds what a flood of distinct addresses can take: about 20 MB

/** In this process alone; the oldest entries give way. `nowMs` is monotonic. */
export function createMemoryCache(nowMs: () => number = () => performance.now()): Cache {
  const values = new LRUCache<string, { value: string; endsMs: number }>({ max: MAX_ENTRIES });
  const windows = new LRUCache<string, { count: number; endsMs: number }>({ max: MAX_ENTRIES });

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
  };
}
