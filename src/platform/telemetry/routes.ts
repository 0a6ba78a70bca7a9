import { createHash, timingSafeEqual } from 'node:crypto';
import { bearerTokenOf, httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import type { Registry } from './port.ts';
import { PROMETHEUS_TYPE, toPrometheusText } from './prometheus.ts';

const PERMISSION = 'observability.read';

/** `/metrics` for Prometheus, which sends the token of `BONYAN_METRICS_TOKEN`; people with the permission see it too. */
export function metricsRoutes(registry: Registry, token: string | null): Routes {
  return async (http) => {
    http.get(
      '/metrics',
      {
        config: { access: 'public', isUnlimited: true, errors: [httpErrors.notSignedIn, httpErrors.forbidden] },
        schema: { hide: true },
      },
      async (request, reply) => {
        const sent = bearerTokenOf(request);
        const isScraper = token !== null && sent !== null && isSame(sent, token);
        if (!isScraper && request.actor.type === 'anonymous') throw httpErrors.notSignedIn();
        if (!isScraper && !request.actor.permissions.has(PERMISSION))
          throw httpErrors.forbidden({ permission: PERMISSION });
        return reply.type(PROMETHEUS_TYPE).send(await toPrometheusText(await registry.collect()));
      },
    );
  };
}

/** In constant time, whatever their lengths. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
