import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { userErrors as errors } from '../contract.ts';
import { CodeOnly } from '../schemas.ts';
import {
  FirstRecoveryCodes,
  MfaState,
  NewPasskey,
  NewRecoveryCodes,
  Passkey,
  PasskeyCreation,
  PasskeyToRegister,
  TotpSecret,
} from './schemas.ts';
import type { Factors } from './service.ts';

const access = 'user';
const recent = true;
const idempotency = 'refused'; // requests and answers are secrets

export function factorRoutes({ secondFactors, totp, recoveryCodes, passkeys }: Factors): Routes {
  return async (http) => {
    http.get(
      '/users/mfa',
      {
        config: { access },
        schema: {
          operationId: 'getMfa',
          summary: 'Get my second factors',
          description: `How many passkeys and recovery codes the account has, and whether an authenticator app is set
            up.`,
          response: { 200: MfaState },
        },
      },
      ({ actor }) => secondFactors.state(actor),
    );

    http.post(
      '/users/mfa/totp',
      {
        config: { access, recent, idempotency, errors: [errors.factorExists] },
        schema: {
          operationId: 'beginTotp',
          summary: 'Set up an authenticator app',
          description: 'Answers a new secret for the app, shown only once. It is in force after `confirmTotp`.',
          response: { 200: TotpSecret },
        },
      },
      ({ actor }) => totp.begin(actor),
    );

    http.post(
      '/users/mfa/totp/confirm',
      {
        config: { access, recent, idempotency, errors: [errors.codeInvalid, errors.factorBlocked] },
        schema: {
          operationId: 'confirmTotp',
          summary: 'Confirm the authenticator app',
          description: `Needs a code that the app shows for the new secret. With the first factor of the account,
            recovery codes are answered, shown only once.`,
          body: CodeOnly,
          response: { 200: FirstRecoveryCodes },
        },
      },
      ({ actor, body }) => totp.confirm(actor, body.code),
    );

    http.delete(
      '/users/mfa/totp',
      {
        config: { access, recent, errors: [errors.factorNotFound] },
        schema: {
          operationId: 'removeTotp',
          summary: 'Remove the authenticator app',
          description: 'Codes of the app are refused from then on; the owner is notified by e-mail.',
          response: { 204: NoContent },
        },
      },
      async ({ actor }, reply) => reply.code(204).send(await totp.remove(actor)),
    );

    http.post(
      '/users/mfa/recovery-codes',
      {
        config: { access, recent, idempotency, errors: [errors.factorNotFound] },
        schema: {
          operationId: 'renewRecoveryCodes',
          summary: 'Replace my recovery codes',
          description: 'Answers 10 new codes, shown only once. The old ones stop working.',
          response: { 200: NewRecoveryCodes },
        },
      },
      ({ actor }) => recoveryCodes.renew(actor),
    );

    http.post(
      '/users/passkeys/register/start',
      {
        config: { access, recent, idempotency, errors: [errors.passkeyInvalid] },
        schema: {
          operationId: 'startPasskeyRegistration',
          summary: 'Start the registration of a passkey',
          description: 'Answers `options` for `navigator.credentials.create()`.',
          response: { 200: PasskeyCreation },
        },
      },
      ({ actor }) => passkeys.startRegistration(actor, { isSecondFactorOnly: false }),
    );

    http.post(
      '/users/security-keys/register/start',
      {
        config: { access, recent, idempotency },
        schema: {
          operationId: 'startSecurityKeyRegistration',
          summary: 'Start the registration of a security key',
          description: `For keys that do not verify their user (U2F, or FIDO2 without PIN). Such a key is a second factor
            after the password and never signs in alone. Answers \`options\` for \`navigator.credentials.create()\`;
            finish as for a passkey.`,
          response: { 200: PasskeyCreation },
        },
      },
      ({ actor }) => passkeys.startRegistration(actor, { isSecondFactorOnly: true }),
    );

    http.post(
      '/users/passkeys/register/finish',
      {
        config: {
          access,
          recent,
          idempotency,
          errors: [errors.challengeInvalid, errors.passkeyInvalid, errors.factorExists],
          location: '/api/v1/users/passkeys',
        },
        schema: {
          operationId: 'finishPasskeyRegistration',
          summary: 'Finish the registration of a passkey',
          description: `Takes what \`navigator.credentials.create()\` returned, as JSON. With the first factor of the
            account, recovery codes are answered, shown only once.`,
          body: PasskeyToRegister,
          response: { 201: NewPasskey },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await passkeys.finishRegistration(actor, body)),
    );

    http.get(
      '/users/passkeys',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listPasskeys',
          summary: 'List my passkeys',
          querystring: PageQuery,
          response: { 200: Page(Passkey) },
        },
      },
      async ({ actor, query }) => pageOf(await passkeys.list(actor), query, 'listPasskeys'),
    );

    http.delete(
      '/users/passkeys/:id',
      {
        config: { access, recent, errors: [errors.passkeyNotFound, errors.lastWayIn] },
        schema: {
          operationId: 'removePasskey',
          summary: 'Remove one of my passkeys',
          description: 'The last way to sign in cannot be removed (409).',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await passkeys.remove(actor, params.id)),
    );
  };
}
