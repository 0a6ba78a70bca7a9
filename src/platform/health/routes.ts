import { Type } from 'typebox';
import { OneOf } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import type { Health, HealthReport } from './port.ts';

const READ_ERRORS = 'observability.read'; // holders may see why a component is unhealthy
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
  {
    title: 'Health',
    examples: [
      {
        status: 'degraded',
        components: [
          { name: 'database', status: 'healthy', latencyMs: 1.4 },
          { name: 'mail', status: 'unhealthy', latencyMs: 2003 },
        ],
      },
    ],
  },
);

/** `/health` for people; `/health/live` and `/health/ready` for orchestrators and load balancers. */
export function healthRoutes(health: Health): Routes {
  return async (http) => {
    http.get(
      '/health',
      {
        config: { access, isUnlimited },
        schema: {
          operationId: 'getHealth',
          summary: 'Report the health of all components',
          description: `Answers 200 even if a component is unhealthy: read \`status\`. \`lastError\` is shown only to
            callers with the permission \`observability.read\`.`,
          response: { 200: Report },
        },
      },
      async ({ actor }) => visible(await health.report(), actor.permissions.has(READ_ERRORS)),
    );

    http.get(
      '/health/live',
      {
        config: { access, isUnlimited, skipsAuthentication: true },
        schema: {
          operationId: 'getLiveness',
          summary: 'Check that the process is alive',
          description: `For a supervisor that restarts hung processes. It asks no other component, so it answers while
            the database is down.`,
          response: { 200: Type.Object({ status: Type.Literal('healthy') }) },
        },
      },
      async () => ({ status: 'healthy' as const }),
    );

    http.get(
      '/health/ready',
      {
        config: { access, isUnlimited },
        schema: {
          operationId: 'getReadiness',
          summary: 'Check that the process can take traffic',
          description: `For a load balancer. 503 means that a required component is down or a migration is missing: send
            no traffic here.`,
          response: { 200: Report, 503: Report },
        },
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
