import { Redis } from 'ioredis';
import type { Driver, Policy } from '#platform/resilience/port.ts';
import { defaultPolicy } from '#platform/resilience/supervise.ts';
import type { SharedCache } from './port.ts';

const CONNECT_MS = 500;
const SILENCE_MS = 2000; // after this time without an answer the connection counts as half open and is replaced
const RECONNECT_MS = 250;

/** Requests wait for it, so it gives up early and counts in memory instead. Nothing is retried. */
export const redisPolicy: Policy = { ...defaultPolicy, timeoutMs: 250, attempts: 1, breakMs: 1000, concurrency: 1000 };

/** A script, since between two commands the key can expire, and would then have no expiry any more. */
const INCREMENT = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }`;

/**
 * Opens a connection that fails at once while Redis cannot be reached, and reconnects by itself. Waits at most half a
 * second for the first connection. Keys begin with `prefix`, so that several installations can share a Redis.
 */
export async function openRedisCache(url: string, prefix = 'bonyan:') {
  const redis = new Redis(url, {
    keyPrefix: prefix,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: () => RECONNECT_MS,
  });
  let lastError = new Error('Redis has not answered yet');
  redis.on('error', (error) => {
    lastError = error;
  });
  await redis.connect().catch(() => {}); // it keeps trying, and health reports it

  const port: SharedCache = {
    get: (key) => redis.get(key),
    async set(key, value, ttlMs) {
      await redis.set(key, value, 'PX', ttlMs);
    },
    async delete(key) {
      await redis.del(key);
    },
    async increment(key, windowMs) {
      // As the script returns them.
      const [count, resetMs] = (await redis.eval(INCREMENT, 1, key, windowMs)) as [number, number];
      return { count, resetMs: Math.max(1, resetMs) };
    },
  };
  const driver: Driver<SharedCache> = {
    name: 'cache',
    port,
    idempotent: ['get', 'set', 'delete'],
    async probe() {
      if (redis.status !== 'ready') throw lastError;
      await redis.ping();
    },
  };
  return { driver, close: () => redis.disconnect() };
}
