import { LRUCache } from 'lru-cache';

/**
 * The most recently used values, at most `entries`, each for `ttlMs` after it was set (default: for ever). Memory is taken
 * as values come: the option `max` of the library reserves it for all at once, 2.8 MB per 100,000.
 */
export function createLru<V extends object | string | number>(entries: number, ttlMs = 0): LRUCache<string, V> {
  return new LRUCache<string, V>({ maxSize: entries, sizeCalculation: () => 1, ttl: ttlMs });
}
