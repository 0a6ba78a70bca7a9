import { Type } from 'typebox';
import { Id, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userErrors as errors, userPermissions } from '../contract.ts';
import { ByUser } from '../schemas.ts';
import { Impersonation, NewImpersonation } from './schemas.ts';
import type { Impersonations } from './service.ts';

const { impersonate: access } = userPermissions;
const recent = true;
const ByImpersonation = Type.Object({
  ...ByUser.properties,
  id: Type.With(Id, { description: 'Of the impersonation' }),
});

export function impersonationRoutes(impersonations: Impersonations): Routes {
  return async (http) => {
    http.post(
      '/users/:userId/impersonations',
      {
        config: {
          access,
          recent,
          idempotency: 'refused', // the answer contains a token
          errors: [errors.notFound, errors.notActive, errors.impersonationRefused, authorizationErrors.exceedsOwn],
        },
        schema: {
          operationId: 'impersonate',
          summary: 'Act as another person, for support',
          description: `Answers a token with which you do what this person may, for an hour at most. The person is told, with
            the reason, and sees it among their API keys, where they can end it. It has no access to passwords, factors,
            sessions and keys. The trail names both of you. Nobody acts as somebody who may do more than they.`,
          params: ByUser,
          body: NewImpersonation,
          response: { 201: Impersonation },
        },
      },
      async ({ actor, params, body }, reply) =>
        reply.code(201).send(await impersonations.start(actor, params.userId, body)),
    );

    http.delete(
      '/users/:userId/impersonations/:id',
      {
        config: { access, recent, errors: [errors.apiKeyNotFound] },
        schema: {
          operationId: 'endImpersonation',
          summary: 'End acting as another person',
          description: 'The token is refused on every node from then on.',
          params: ByImpersonation,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(204).send(await impersonations.end(actor, params.userId, params.id)),
    );
  };
}
