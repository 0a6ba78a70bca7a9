import { Type } from 'typebox';
import { pickLanguage } from '#kernel/language.ts';
import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { Registration, SignedInUser, userErrors as errors } from '../contract.ts';
import { CodeOnly, CodeSent, EmailOnly } from '../schemas.ts';
import { EmailCode, Link, Me, Setup } from './schemas.ts';
import type { Accounts } from './service.ts';

const access = 'public';

export function accountRoutes({ registration, setup, emailChange, profile }: Accounts): Routes {
  return async (http) => {
    http.post(
      '/users/register',
      {
        config: { access, errors: [errors.passwordRefused, errors.busy] },
        schema: { operationId: 'register', body: Registration, response: { 202: CodeSent } },
      },
      async ({ actor, body, headers, disconnectSignal }, reply) =>
        reply
          .code(202)
          .send(await registration.register(actor, body, pickLanguage(headers['accept-language']), disconnectSignal)),
    );

    http.post(
      '/users/verify-email',
      {
        config: { access, errors: [errors.codeInvalid] },
        schema: { operationId: 'verifyEmail', body: EmailCode, response: { 204: NoContent } },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await registration.verifyEmail(actor, body)),
    );

    http.post(
      '/users/verify-email/link',
      {
        config: { access, errors: [errors.linkInvalid] },
        schema: { operationId: 'verifyEmailByLink', body: Link, response: { 204: NoContent } },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await registration.verifyEmailByLink(actor, body)),
    );

    http.post(
      '/users/resend-verification-code',
      {
        config: { access },
        schema: { operationId: 'resendVerificationCode', body: EmailOnly, response: { 202: CodeSent } },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await registration.requestVerification(actor, body.email)),
    );

    http.get(
      '/users/me',
      {
        config: { access: 'user', apiKeys: 'taken' }, // a program learns on whose behalf it acts
        schema: { operationId: 'getMe', response: { 200: Me } },
      },
      ({ actor }) => profile.me(actor),
    );

    http.post(
      '/users/change-email',
      {
        config: { access: 'user', recent: true, errors: [errors.codeTooSoon] },
        schema: { operationId: 'changeEmail', body: EmailOnly, response: { 202: CodeSent } },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await emailChange.request(actor, body.email)),
    );

    http.post(
      '/users/change-email/confirm',
      {
        config: { access: 'user', errors: [errors.codeInvalid, errors.emailTaken] },
        schema: { operationId: 'confirmEmailChange', body: CodeOnly, response: { 204: NoContent } },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await emailChange.confirm(actor, body.code)),
    );

    http.get(
      '/setup',
      {
        config: { access },
        schema: { operationId: 'getSetup', response: { 200: Type.Object({ isOpen: Type.Boolean() }) } },
      },
      async () => ({ isOpen: (await setup.setupToken()) !== null }),
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
      async ({ actor, body }, reply) => reply.code(201).send(await setup.setUp(actor, body)),
    );
  };
}
