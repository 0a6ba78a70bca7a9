import type { FastifyRequest, FastifyReply, RouteOptions } from 'fastify';
import { toNetwork } from '#kernel/network.ts';
import type { Cache, Window } from '#platform/cache/port.ts';
import type { RateRule } from '#platform/config/rate-limits.ts';
import { httpErrors } from './port.ts';

const MINUTE_SECONDS = 60;

interface Limit {
  readonly name: string;
  readonly count: number;
  readonly windowSeconds: number;
}

/** The limits of one route, and what its answers say of them. */
interface Limits {
  readonly all: readonly Limit[];
  readonly policy: string;
}

interface RateLimitNeeds {
  readonly cache: Cache;
  /** Of all requests; 0: no limit. */
  readonly perMinute: number;
  readonly rules: readonly RateRule[];
}

/**
 * Counts requests per user, or per network for anonymous callers: all of a minute, and those that a rule of the operator
 * names. The headers follow draft-ietf-httpapi-ratelimit-headers.
 */
export function createRateLimit({ cache, perMinute, rules }: RateLimitNeeds) {
  const all = { name: 'default', count: perMinute, windowSeconds: MINUTE_SECONDS };
  const limitsOf = new Map<string, Limits>();
  const unused = new Set(rules);

  /** Finds the rules of a route, when it is added. */
  function addRoute({ method, url, config }: Pick<RouteOptions, 'method' | 'url' | 'config'>): void {
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    for (const each of [method].flat()) {
      const own = rules.filter((rule) => isFor(rule, each, path));
      for (const rule of own) unused.delete(rule);
      const isDefault = perMinute > 0 && !config?.isUnlimited && !config?.isUncounted;
      const limits = [...(isDefault ? [all] : []), ...own.map(toLimit)];
      if (limits.length > 0) limitsOf.set(`${each} ${url}`, toLimits(limits));
    }
  }

  /** Synchronous where the cache is. @throws `http.too_many_requests` */
  function count(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const { method, actor, routeOptions } = request;
    const limits = routeOptions.url === undefined ? ofUnknown : limitsOf.get(`${method} ${routeOptions.url}`);
    if (!limits) return;
    const caller = actor.id || toNetwork(actor.origin.ip ?? '');
    const windows = limits.all.map(({ name, windowSeconds }) =>
      cache.increment(name === all.name ? `rate:${caller}` : `rate:${caller} ${name}`, windowSeconds * 1000),
    );
    const isNow = (counted: Window | Promise<Window>): counted is Window => !(counted instanceof Promise);
    return windows.every(isNow)
      ? apply(limits, windows, reply)
      : Promise.all(windows.map(async (window) => window)).then((counted) => apply(limits, counted, reply));
  }
  const ofUnknown = perMinute > 0 ? toLimits([all]) : undefined;

  return {
    addRoute,
    count,
    /** When all routes are there: a rule for none of them is a mistake. */
    check(): void {
      const [rule] = unused;
      if (rule) throw new Error(`BONYAN_RATE_LIMITS: no route is meant by "${rule.text}"`);
    },
  };
}

function apply({ all, policy }: Limits, windows: readonly Window[], reply: FastifyReply): void {
  let state = '';
  let waitSeconds = 0;
  for (const [at, { name, count }] of all.entries()) {
    const window = windows[at] as Window; // there is one for each
    const seconds = Math.ceil(window.resetMs / 1000);
    state += `${at === 0 ? '' : ', '}"${name}";r=${Math.max(0, count - window.count)};t=${seconds}`;
    if (window.count > count) waitSeconds = Math.max(waitSeconds, seconds);
  }
  reply.header('ratelimit-policy', policy);
  reply.header('ratelimit', state);
  if (waitSeconds > 0) throw httpErrors.tooManyRequests({ retryAfterSeconds: waitSeconds });
}

function toLimits(all: readonly Limit[]): Limits {
  return {
    all,
    policy: all.map(({ name, count, windowSeconds }) => `"${name}";q=${count};w=${windowSeconds}`).join(', '),
  };
}
function toLimit({ text, count, windowSeconds }: RateRule): Limit {
  return { name: text.replace(/=.*/, ''), count, windowSeconds };
}

/** HEAD is a GET. */
function isFor({ method, path }: RateRule, routeMethod: string, routePath: string): boolean {
  const isPath = path.endsWith('*') ? routePath.startsWith(path.slice(0, -1)) : routePath === path;
  return isPath && (method === '*' || method === routeMethod || (method === 'GET' && routeMethod === 'HEAD'));
}
