import { Type } from 'typebox';
import { OneOf } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import type { Health, HealthReport } from './port.ts';

const READ_ERRORS = 'observability.read'; // whoever operates the system may see why a part is unwell
const access = 'public';
const isUnlimited = true;

const Report = Type.Object(
  {
    status: OneOf('healthy', 'degraded', 'unhealthy'),
    components: Type.Array(
      Type.Object({
        name: Type.String(),
        status: OneOf('healthy', 'degraded', 'unhealthy'),
        latencyMs: Type.Number(),
        lastError: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      }),
    ),
  },
  { title: 'Health' },
);

/** `/health` for people, `/health/live` and `/health/ready` for whoever starts and balances processes. */
export function healthRoutes(health: Health): Routes {
  return async (http) => {
    http.get(
      '/health',
      {
        config: { access, isUnlimited },
        schema: { operationId: 'getHealth', response: { 200: Report } },
      },
      async ({ actor }) => visible(await health.report(), actor.permissions.has(READ_ERRORS)),
    );

    http.get(
      '/health/live',
      {
        config: { access, isUnlimited, isBlind: true },
        schema: { operationId: 'getLiveness', response: { 200: Type.Object({ status: Type.Literal('healthy') }) } },
      },
      async () => ({ status: 'healthy' as const }),
    );

    http.get(
      '/health/ready',
      {
        config: { access, isUnlimited },
        schema: { operationId: 'getReadiness', response: { 200: Report, 503: Report } },
      },
      async ({ actor }, reply) => {
        const report = visible(await health.report(), actor.permissions.has(READ_ERRORS));
        return reply.code(report.status === 'unhealthy' ? 503 : 200).send(report);
      },
    );
  };
}

function visible({ status, components }: HealthReport, showErrors: boolean) {
  if (showErrors) return { status, components: [...components] };
  return { status, components: components.map(({ lastError: _, ...rest }) => rest) };
}
