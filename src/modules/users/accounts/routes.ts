import { Type } from 'typebox';
import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { pickLanguage } from '#kernel/language.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import {
  CodeSent,
  Credentials,
  EmailCode,
  EmailOnly,
  Link,
  LinkPassword,
  Me,
  NewPassword,
  PasswordChange,
  RefreshToken,
  Registration,
  Session,
  Setup,
  SignedInUser,
  Tokens,
  userErrors as errors,
} from '../contract.ts';
import { SignInAnswer } from '../factors/schemas.ts';
import type { UserService } from '../service.ts';
import type { TokenCookies } from '../sessions/cookies.ts';

const access = 'public';
const idempotency = 'refused'; // the answers are secrets

export function userRoutes(users: UserService, cookies: TokenCookies): Routes {
  return async (http) => {
    http.post(
      '/users/register',
      {
        config: { access, errors: [errors.passwordRefused, errors.busy] },
        schema: { operationId: 'register', body: Registration, response: { 202: CodeSent } },
      },
      async ({ actor, body, headers, gone }, reply) =>
        reply.code(202).send(await users.register(actor, body, pickLanguage(headers['accept-language']), gone)),
    );

    http.post(
      '/users/verify-email',
      {
        config: { access, errors: [errors.codeInvalid] },
        schema: { operationId: 'verifyEmail', body: EmailCode, response: { 204: NoContent } },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await users.verifyEmail(actor, body)),
    );

    http.post(
      '/users/verify-email/link',
      {
        config: { access, errors: [errors.linkInvalid] },
        schema: { operationId: 'verifyEmailByLink', body: Link, response: { 204: NoContent } },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await users.verifyEmailByLink(actor, body)),
    );

    http.post(
      '/users/resend-verification-code',
      {
        config: { access },
        schema: { operationId: 'resendVerificationCode', body: EmailOnly, response: { 202: CodeSent } },
      },
      async ({ actor, body }, reply) =>
        reply.code(202).send(await users.requestCode(actor, body.email, 'verification')),
    );

    http.post(
      '/users/login',
      {
        config: {
          access,
          idempotency,
          errors: [errors.credentialsInvalid, errors.emailNotVerified, errors.disabled, errors.busy],
        },
        schema: { operationId: 'login', body: Credentials, response: { 200: SignInAnswer } },
      },
      async (request, reply) => {
        const { actor, body, gone } = request;
        const credentials = { ...body, deviceToken: cookies.deviceTokenOf(request) };
        return cookies.deliver(request, reply, await users.login(actor, credentials, gone));
      },
    );

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
        cookies.renew(request, reply, await users.refresh(request.actor, cookies.refreshTokenOf(request))),
    );

    http.post(
      '/users/revoke',
      {
        config: { access, errors: [errors.csrfHeaderMissing] },
        schema: { operationId: 'signOut', body: RefreshToken, response: { 204: NoContent } },
        preValidation: cookies.allowNoBody,
      },
      async (request, reply) => {
        await users.revoke(request.actor, cookies.refreshTokenOf(request));
        cookies.clear(reply);
        return reply.code(204).send();
      },
    );

    http.post(
      '/users/forgot-password',
      {
        config: { access },
        schema: { operationId: 'forgotPassword', body: EmailOnly, response: { 202: CodeSent } },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await users.requestCode(actor, body.email, 'reset')),
    );

    http.post(
      '/users/reset-password',
      {
        config: { access, errors: [errors.passwordRefused, errors.codeInvalid, errors.busy] },
        schema: { operationId: 'resetPassword', body: NewPassword, response: { 204: NoContent } },
      },
      async ({ actor, body, gone }, reply) => reply.code(204).send(await users.resetPassword(actor, body, gone)),
    );

    http.post(
      '/users/reset-password/link',
      {
        config: { access, errors: [errors.passwordRefused, errors.linkInvalid, errors.busy] },
        schema: { operationId: 'resetPasswordByLink', body: LinkPassword, response: { 204: NoContent } },
      },
      async ({ actor, body, gone }, reply) => reply.code(204).send(await users.resetPasswordByLink(actor, body, gone)),
    );

    http.get(
      '/users/me',
      {
        config: { access: 'user', apiKeys: 'taken' }, // how a machine learns on whose behalf it acts
        schema: { operationId: 'getMe', response: { 200: Me } },
      },
      ({ actor }) => users.me(actor),
    );

    http.post(
      '/users/change-password',
      {
        config: { access: 'user', idempotency, errors: [errors.passwordWrong, errors.passwordRefused, errors.busy] },
        schema: { operationId: 'changePassword', body: PasswordChange, response: { 204: NoContent } },
      },
      async ({ actor, body, gone }, reply) => reply.code(204).send(await users.changePassword(actor, body, gone)),
    );

    http.get(
      '/users/sessions',
      {
        config: { access: 'user', errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'listSessions', querystring: PageQuery, response: { 200: Page(Session) } },
      },
      async ({ actor, query }) => pageOf(await users.list(actor), query, 'listSessions'),
    );

    http.post(
      '/users/sessions/revoke-all',
      {
        config: { access: 'user' },
        schema: { operationId: 'revokeAllSessions', response: { 204: NoContent } },
      },
      async ({ actor }, reply) => reply.code(204).send(await users.revokeAll(actor, null)),
    );

    http.post(
      '/users/sessions/revoke-all-except-current',
      {
        config: { access: 'user' },
        schema: { operationId: 'revokeOtherSessions', response: { 204: NoContent } },
      },
      async ({ actor }, reply) => reply.code(204).send(await users.revokeAll(actor, actor.sessionId)),
    );

    http.post(
      '/users/sessions/:sessionId/revoke',
      {
        config: { access: 'user', errors: [errors.sessionNotFound] },
        schema: { operationId: 'revokeSession', params: Type.Object({ sessionId: Id }), response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await users.revokeOne(actor, params.sessionId)),
    );

    http.get(
      '/setup',
      {
        config: { access },
        schema: { operationId: 'getSetup', response: { 200: Type.Object({ isOpen: Type.Boolean() }) } },
      },
      async () => ({ isOpen: (await users.setupToken()) !== null }),
    );

    http.post(
      '/setup',
      {
        config: {
          access,
          errors: [errors.setupClosed, errors.passwordRefused, errors.emailTaken],
          location: '/api/v1/users',
        },
        schema: { operationId: 'setUp', body: Setup, response: { 201: SignedInUser } },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await users.setUp(actor, body)),
    );
  };
}
