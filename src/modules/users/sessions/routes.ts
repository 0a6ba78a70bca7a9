import { Type } from 'typebox';
import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { userErrors as errors } from '../contract.ts';
import { Tokens } from '../schemas.ts';
import type { TokenCookies } from './cookies.ts';
import { RefreshToken, Session } from './schemas.ts';
import type { Sessions } from './sessions.ts';

const access = 'public';
const idempotency = 'refused'; // the answers are secrets

export function sessionRoutes(sessions: Sessions, cookies: TokenCookies): Routes {
  return async (http) => {
    http.post(
      '/users/refresh',
      {
        config: {
          access,
          idempotency,
          errors: [errors.refreshInvalid, errors.tokenReuseDetected, errors.csrfHeaderMissing],
        },
        schema: { operationId: 'refresh', body: RefreshToken, response: { 200: Tokens } },
        preValidation: cookies.allowNoBody,
      },
      async (request, reply) =>
        cookies.renew(request, reply, await sessions.refresh(request.actor, cookies.refreshTokenOf(request))),
    );

    http.post(
      '/users/revoke',
      {
        config: { access, errors: [errors.csrfHeaderMissing] },
        schema: { operationId: 'signOut', body: RefreshToken, response: { 204: NoContent } },
        preValidation: cookies.allowNoBody,
      },
      async (request, reply) => {
        await sessions.revoke(request.actor, cookies.refreshTokenOf(request));
        cookies.clear(reply);
        return reply.code(204).send();
      },
    );

    http.get(
      '/users/sessions',
      {
        config: { access: 'user', errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'listSessions', querystring: PageQuery, response: { 200: Page(Session) } },
      },
      async ({ actor, query }) => pageOf(await sessions.list(actor), query, 'listSessions'),
    );

    http.post(
      '/users/sessions/revoke-all',
      {
        config: { access: 'user' },
        schema: { operationId: 'revokeAllSessions', response: { 204: NoContent } },
      },
      async ({ actor }, reply) => reply.code(204).send(await sessions.revokeAll(actor, null)),
    );

    http.post(
      '/users/sessions/revoke-all-except-current',
      {
        config: { access: 'user' },
        schema: { operationId: 'revokeOtherSessions', response: { 204: NoContent } },
      },
      async ({ actor }, reply) => reply.code(204).send(await sessions.revokeAll(actor, actor.sessionId)),
    );

    http.post(
      '/users/sessions/:sessionId/revoke',
      {
        config: { access: 'user', errors: [errors.sessionNotFound] },
        schema: { operationId: 'revokeSession', params: Type.Object({ sessionId: Id }), response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await sessions.revokeOne(actor, params.sessionId)),
    );
  };
}
