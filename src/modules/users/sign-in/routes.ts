import type { Routes } from '#platform/module.ts';
import { Tokens, userErrors as errors } from '../contract.ts';
import { MfaAnswer, PasskeyAnswer, PasskeyRequest, PasskeyStart } from '../factors/schemas.ts';
import type { UserService } from '../service.ts';
import type { TokenCookies } from '../sessions/cookies.ts';

const access = 'public';
const idempotency = 'refused'; // the answers are secrets
const unusable = [errors.emailNotVerified, errors.disabled, errors.credentialsInvalid];

/** Signing in with more, or other, than a password. */
export function signInRoutes({ secondStep, passkeys, passkeySignIn }: UserService, cookies: TokenCookies): Routes {
  return async (http) => {
    http.post(
      '/users/login/mfa',
      {
        config: {
          access,
          idempotency,
          errors: [errors.codeInvalid, errors.challengeInvalid, errors.factorBlocked, ...unusable],
        },
        schema: { operationId: 'finishLogin', body: MfaAnswer, response: { 200: Tokens } },
      },
      async (request, reply) => {
        const { actor, body } = request;
        return cookies.deliver(request, reply, await secondStep.finish(actor, body, cookies.deviceTokenOf(request)));
      },
    );

    http.post(
      '/users/passkeys/login/start',
      {
        config: { access, idempotency, errors: [errors.challengeInvalid] },
        schema: { operationId: 'startPasskeyLogin', body: PasskeyStart, response: { 200: PasskeyRequest } },
      },
      ({ actor, body }) => passkeys.startSignIn(actor, body),
    );

    http.post(
      '/users/passkeys/login/finish',
      {
        config: { access, idempotency, errors: [errors.challengeInvalid, errors.passkeyInvalid, ...unusable] },
        schema: { operationId: 'finishPasskeyLogin', body: PasskeyAnswer, response: { 200: Tokens } },
      },
      async (request, reply) => {
        const { actor, body } = request;
        return cookies.deliver(request, reply, await passkeySignIn.finish(actor, body, cookies.deviceTokenOf(request)));
      },
    );
  };
}
