import type { FastifyReply, FastifyRequest } from 'fastify';
import { toNetwork } from '#kernel/network.ts';
import type { Cache, Window } from '#platform/cache/port.ts';
import { httpErrors } from './port.ts';

const WINDOW_MS = 60_000;

/**
 * Counts requests per user, or per network for anonymous callers, in windows of one minute. The headers follow
 * draft-ietf-httpapi-ratelimit-headers. Null when `perMinute` is 0: no limit.
 */
export function createRateLimit(cache: Cache, perMinute: number) {
  if (perMinute === 0) return null;
  const policy = `"default";q=${perMinute};w=${WINDOW_MS / 1000}`;

  /** Synchronous where the cache is. */
  return ({ actor }: FastifyRequest, reply: FastifyReply): void | Promise<void> => {
    const counted = cache.increment(`rate:${actor.id || toNetwork(actor.origin.ip ?? '')}`, WINDOW_MS);
    return counted instanceof Promise ? counted.then((count) => apply(count, reply)) : apply(counted, reply);
  };

  function apply({ count, resetMs }: Window, reply: FastifyReply): void {
    const resetSeconds = Math.ceil(resetMs / 1000);
    reply.header('ratelimit-policy', policy);
    reply.header('ratelimit', `"default";r=${Math.max(0, perMinute - count)};t=${resetSeconds}`);
    if (count > perMinute) throw httpErrors.tooManyRequests({ retryAfterSeconds: resetSeconds });
  }
}
