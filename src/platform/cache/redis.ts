import { Redis } from 'ioredis';
import type { Driver, Policy } from '#platform/resilience/port.ts';
import { defaultPolicy } from '#platform/resilience/supervise.ts';
import type { SharedCache } from './port.ts';

const CONNECT_MS = 500;
const SILENCE_MS = 2000; // without an answer the connection counts as half open and is made anew
const RECONNECT_MS = 250;

/** A request waits for it: rather count in memory than be late. Nothing is repeated, as memory is right there. */
export const redisPolicy: Policy = { ...defaultPolicy, timeoutMs: 250, attempts: 1, breakMs: 1000, concurrency: 1000 };

/** A script, since between the commands of a transaction the key can expire, and would then count on for ever. */
const INCREMENT = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }`;

/**
 * Opens a connection that fails at once while Redis is away and comes back by itself. Waits at most half a second for
 * the first one. Keys begin with `prefix`, for those who share a Redis.
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
  await redis.connect().catch(() => {}); // it goes on trying, and health tells

  const port: SharedCache = {
    get: (key) => redis.get(key),
    async set(key, value, ttlMs) {
      await redis.set(key, value, 'PX', ttlMs);
    },
    async delete(key) {
      await redis.del(key);
    },
    async increment(key, windowMs) {
      const [count, resetMs] = (await redis.eval(INCREMENT, 1, key, windowMs)) as [number, number]; // as it returns them
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
