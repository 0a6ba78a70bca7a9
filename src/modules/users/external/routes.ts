import { Type } from 'typebox';
import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { pickLanguage, type Language } from '#kernel/language.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { PROOF } from '../bot-check/schemas.ts';
import { botCheckRefusals, userErrors as errors } from '../contract.ts';
import { Tokens } from '../schemas.ts';
import type { TokenCookies } from '../sessions/cookies.ts';
import { EmailAnswer, ExternalAnswer, ExternalCode, LinkedIdentity, ListedProvider, StartQuery } from './schemas.ts';
import type { External } from './service.ts';

const access = 'public';
const visited = { access, isPage: true } as const; // by people, not by calls of a client
const idempotency = 'refused'; // the answers are secrets
const FOUND = 302;
/** The errors of a sign-in after the provider's answer: sent as `error` in the address that the browser returns to. */
const redirected = [
  errors.externalRefused,
  errors.externalEmailMissing,
  errors.externalLinkRefused,
  errors.emailTaken,
  errors.emailNotVerified,
  errors.disabled,
  errors.credentialsInvalid,
  errors.providerUnavailable,
];

/** `language` is that of people whose browser names none that we know. */
export function externalRoutes(
  { signIn, exchange, identities, browsers }: External,
  cookies: TokenCookies,
  language: Language,
): Routes {
  return async (http) => {
    http.get(
      '/users/identities',
      {
        config: { access: 'user', errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listIdentities',
          summary: 'List my linked identities',
          description: 'Accounts at other providers with which you can sign in.',
          querystring: PageQuery,
          response: { 200: Page(LinkedIdentity) },
        },
      },
      async ({ actor, query }) => pageOf(await identities.list(actor), query, 'listIdentities'),
    );

    http.delete(
      '/users/identities/:id',
      {
        config: { access: 'user', recent: true, errors: [errors.identityNotFound, errors.lastWayIn] },
        schema: {
          operationId: 'removeIdentity',
          summary: 'Unlink one of my identities',
          description: 'The last way to sign in cannot be removed (409).',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await identities.remove(actor, params.id)),
    );

    http.get(
      '/users/oauth/providers',
      {
        config: { access },
        schema: {
          operationId: 'listIdentityProviders',
          summary: 'List providers to sign in with',
          description: 'Send the browser to `startUrl` of one of them.',
          response: { 200: Type.Object({ items: Type.Array(ListedProvider) }) },
        },
      },
      async () => signIn.list(),
    );

    http.get(
      '/users/oauth/:provider/start',
      {
        config: { ...visited, errors: [errors.providerNotFound, errors.returnUrlRefused, errors.providerUnavailable] },
        schema: {
          operationId: 'startExternalLogin',
          summary: 'Start a sign-in with another provider',
          description: `Sends the browser to the provider. It comes back to \`returnUrl\` with \`code\`, or with
            \`error\`. A page of another site sends a \`codeChallenge\`.`,
          params: Type.Object({
            provider: Type.String({ minLength: 1, maxLength: 50, description: '`name` of the provider' }),
          }),
          querystring: StartQuery,
          response: { [FOUND]: NoContent },
        },
      },
      async (request, reply) => {
        const { actor, params, query } = request;
        return reply.redirect(await signIn.start(actor, params.provider, query, browsers.bind(request, reply)), FOUND);
      },
    );

    // No schema for the query: providers add parameters, which a client has to ignore (RFC 6749, 4.1.2).
    http.get(
      '/users/oauth/callback',
      {
        config: { ...visited, errors: [errors.oauthStateInvalid] },
        schema: {
          operationId: 'finishExternalLogin',
          summary: 'Return from another provider',
          description: `Providers redirect browsers to this address. It redirects to \`returnUrl\` with a \`code\`, valid for
sixty seconds, for \`POST /users/oauth/exchange\`, or with the code of a problem as \`error\`: ${redirected.map(({ code }) => `\`${code}\``).join(', ')}.`,
          response: { [FOUND]: NoContent },
        },
      },
      async (request, reply) => {
        const { actor, url, headers } = request;
        const answer = new URL(url, 'http://any').search.slice(1);
        const spoken = pickLanguage(headers['accept-language'], language);
        return reply.redirect(await signIn.finish(actor, answer, browsers.of(request), spoken), FOUND);
      },
    );

    http.post(
      '/users/oauth/exchange',
      {
        config: {
          access,
          idempotency,
          errors: [
            errors.challengeInvalid,
            errors.externalEmailMissing,
            errors.emailNotVerified,
            errors.disabled,
            errors.credentialsInvalid,
            errors.originRefused,
          ],
          headers: {
            'X-Refresh-Cookie':
              'With `true`, refresh and device token come as `HttpOnly` cookies instead of in the body. For browsers.',
          },
        },
        schema: {
          operationId: 'exchangeExternalCode',
          summary: 'Exchange a code for tokens',
          description: `Takes the \`code\` with which the browser came back to \`returnUrl\`, within 60 seconds and in
            the same browser: proved by its cookie, or, if the sign-in was started with a \`codeChallenge\`, by the
            \`codeVerifier\`. Answers tokens, \`mfaRequired\`, or \`emailVerificationRequired\` if the provider does
            not verify the address.`,
          body: ExternalCode,
          response: { 200: ExternalAnswer },
        },
      },
      async (request, reply) => {
        const { actor, body } = request;
        const device = cookies.deviceTokenOf(request);
        return cookies.deliver(request, reply, await exchange.exchange(actor, body, browsers.of(request), device));
      },
    );

    http.post(
      '/users/oauth/confirm-email',
      {
        config: {
          access,
          idempotency,
          errors: [
            errors.challengeInvalid,
            errors.codeInvalid,
            errors.emailTaken,
            errors.originRefused,
            errors.networkBlocked,
            ...botCheckRefusals,
          ],
          headers: {
            ...PROOF,
            'X-Refresh-Cookie':
              'With `true`, refresh and device token come as `HttpOnly` cookies instead of in the body. For browsers.',
          },
        },
        schema: {
          operationId: 'confirmExternalEmail',
          summary: 'Confirm the address of another provider',
          description: `Needs the code that was e-mailed after \`exchangeExternalCode\` had answered
            \`emailVerificationRequired\`.`,
          body: EmailAnswer,
          response: { 200: Tokens },
        },
      },
      async (request, reply) =>
        cookies.deliver(request, reply, await exchange.confirmEmail(request.actor, request.body)),
    );
  };
}
