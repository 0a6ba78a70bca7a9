import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
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
          errors: [errors.refreshInvalid, errors.tokenReuseDetected, errors.csrfHeaderMissing, errors.originRefused],
          headers: {
            'X-Requested-With':
              'Required if the refresh token comes in the cookie; any value. Browsers send it to no other site.',
            'X-Refresh-Cookie':
              'With `true`, refresh and device token come as `HttpOnly` cookies instead of in the body. For browsers.',
          },
        },
        schema: {
          operationId: 'refresh',
          summary: 'Renew the access token',
          description: `Answers new tokens; the refresh token that was sent stops working. Sending it again within 10
            seconds answers the same new tokens; later it ends the session with \`users.token_reuse_detected\`.`,
          body: RefreshToken,
          response: { 200: Tokens },
        },
        preValidation: cookies.allowNoBody,
      },
      async (request, reply) =>
        cookies.renew(request, reply, await sessions.refresh(request.actor, cookies.refreshTokenOf(request))),
    );

    http.post(
      '/users/revoke',
      {
        config: {
          access,
          errors: [errors.csrfHeaderMissing, errors.originRefused],
          headers: {
            'X-Requested-With':
              'Required if the refresh token comes in the cookie; any value. Browsers send it to no other site.',
          },
        },
        schema: {
          operationId: 'signOut',
          summary: 'Sign out',
          description: `Ends the session of the refresh token. Its access token is refused on every node from then on.
            Answers 204 also if the session has ended before.`,
          body: RefreshToken,
          response: { 204: NoContent },
        },
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
        config: { access: 'user', errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listSessions',
          summary: 'List my sessions',
          description: 'Your active sessions, with device, address and last use.',
          querystring: PageQuery,
          response: { 200: Page(Session) },
        },
      },
      ({ actor, query }) => sessions.list(actor, actor.id, query),
    );

    http.post(
      '/users/sessions/revoke-all',
      {
        config: { access: 'user' },
        schema: {
          operationId: 'revokeAllSessions',
          summary: 'End all my sessions',
          description: `Ends this session too: the access tokens of all sessions are refused on every node from then on.`,
          response: { 204: NoContent },
        },
      },
      async ({ actor }, reply) => reply.code(204).send(await sessions.revokeAll(actor, null)),
    );

    http.post(
      '/users/sessions/revoke-all-except-current',
      {
        config: { access: 'user' },
        schema: {
          operationId: 'revokeOtherSessions',
          summary: 'End all my other sessions',
          description: 'Ends all sessions but the one that sends this call.',
          response: { 204: NoContent },
        },
      },
      async ({ actor }, reply) => reply.code(204).send(await sessions.revokeAll(actor, actor.sessionId)),
    );

    http.post(
      '/users/sessions/:sessionId/revoke',
      {
        config: { access: 'user', errors: [errors.sessionNotFound] },
        schema: {
          operationId: 'revokeSession',
          summary: 'End one of my sessions',
          description: 'The access token of the session is refused on every node from then on.',
          params: Type.Object({ sessionId: Type.With(Id, { description: 'Id of the session' }) }),
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await sessions.revokeOne(actor, params.sessionId)),
    );
  };
}
