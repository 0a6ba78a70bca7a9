import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userErrors as errors, userPermissions } from '../contract.ts';
import { ByUser } from '../schemas.ts';
import { Impersonation, NewImpersonation, RunningImpersonations } from './schemas.ts';
import type { Impersonations } from './service.ts';

export function impersonationRoutes(impersonations: Impersonations): Routes {
  return async (http) => {
    http.post(
      '/users/:userId/impersonations',
      {
        config: {
          access: userPermissions.impersonate,
          recent: true,
          idempotency: 'refused', // the answer contains a token
          location: '/api/v1/users/impersonations',
          errors: [
            errors.notFound,
            errors.notActive,
            errors.impersonationRefused,
            errors.impersonationsTooMany,
            authorizationErrors.exceedsOwn,
          ],
        },
        schema: {
          operationId: 'impersonate',
          summary: 'Act on behalf of another person, for support',
          description: `Answers a token with which you see what this person sees, and do everyday work for them, for an hour at
            most. The person is told, with your name and the reason, and sees it among their API keys, where they can end it.
            It ends with your session. It has no access to passwords, factors, sessions and keys, and gives nobody access.
            The trail names both of you. Nobody acts on behalf of somebody who holds a permission that they lack. An older one
            on behalf of the same person ends.`,
          params: ByUser,
          body: NewImpersonation,
          response: { 201: Impersonation },
        },
      },
      async ({ actor, params, body }, reply) =>
        reply.code(201).send(await impersonations.start(actor, params.userId, body)),
    );

    http.get(
      '/users/impersonations',
      {
        config: { access: 'user' },
        schema: {
          operationId: 'listImpersonations',
          summary: 'List on whose behalf I act',
          description: 'Those that have not ended.',
          response: { 200: RunningImpersonations },
        },
      },
      async ({ actor }) => ({ items: await impersonations.list(actor) }),
    );

    http.delete(
      '/users/impersonations/:id',
      {
        config: { access: 'user', errors: [errors.impersonationNotFound] },
        schema: {
          operationId: 'endImpersonation',
          summary: 'End acting on behalf of another person',
          description: 'The token is refused on every node from then on.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await impersonations.end(actor, params.id)),
    );
  };
}
