import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userErrors as errors, userPermissions } from '../contract.ts';
import { ByUser } from '../schemas.ts';
import { Session } from '../sessions/schemas.ts';
import { AccountFactors, BySession, FactorToRemove } from './schemas.ts';
import type { AdministrationService } from './service.ts';

const { access } = userPermissions;
const { exceedsOwn } = authorizationErrors;

/** Where somebody is signed in, and by what. */
export function accountAccessRoutes({ accountSessions, accountFactors }: AdministrationService): Routes {
  return async (http) => {
    http.get(
      '/users/:userId/sessions',
      {
        config: { access, errors: [...Object.values(pageErrors), errors.notFound] },
        schema: {
          operationId: 'listUserSessions',
          summary: 'List the sessions of an account',
          description: 'Those that are active, newest first, with device, address and last use.',
          params: ByUser,
          querystring: PageQuery,
          response: { 200: Page(Session) },
        },
      },
      ({ actor, params, query }) => accountSessions.list(actor, params.userId, query),
    );

    http.delete(
      '/users/:userId/sessions',
      {
        config: { access, recent: true, errors: [errors.notFound, exceedsOwn] },
        schema: {
          operationId: 'endUserSessions',
          summary: 'End all sessions of an account',
          description: `Their access tokens are refused on every node from then on. Nobody acts on behalf of the person any
            more, either. Those of an account that holds permissions that you lack cannot be ended (403).`,
          params: ByUser,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await accountSessions.endAll(actor, params.userId)),
    );

    http.delete(
      '/users/:userId/sessions/:sessionId',
      {
        config: { access, recent: true, errors: [errors.notFound, errors.sessionNotFound, exceedsOwn] },
        schema: {
          operationId: 'endUserSession',
          summary: 'End a session of an account',
          description: `Its access tokens are refused on every node from then on. One of an account that holds permissions
            that you lack cannot be ended (403).`,
          params: BySession,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(204).send(await accountSessions.end(actor, params.userId, params.sessionId)),
    );

    http.get(
      '/users/:userId/factors',
      {
        config: { access, errors: [errors.notFound] },
        schema: {
          operationId: 'listUserFactors',
          summary: 'List what signs in to an account',
          description: `Authenticator app, passkeys and linked identities: names, when they were added and last used. No
            secrets.`,
          params: ByUser,
          response: { 200: AccountFactors },
        },
      },
      ({ params }) => accountFactors.list(params.userId),
    );

    http.post(
      '/users/:userId/factors/remove',
      {
        config: {
          access,
          recent: true,
          errors: [errors.notFound, errors.factorNotFound, errors.lastWayIn, exceedsOwn, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'removeUserFactor',
          summary: 'Remove a factor of an account',
          description: `For one that is lost or in wrong hands. All sessions of the account end, and the owner is told the
            reason. One of an account that holds permissions that you lack cannot be removed (403). The last way to sign in
            cannot be removed (409).`,
          params: ByUser,
          body: FactorToRemove,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, body, precondition }, reply) =>
        reply.code(204).send(await accountFactors.remove(actor, params.userId, body, precondition)),
    );
  };
}
