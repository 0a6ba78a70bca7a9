import type { Routes } from '#platform/module.ts';
import { userErrors as errors } from '../contract.ts';
import { PasskeyAnswer, PasskeyRequest, PasskeyStart } from '../factors/schemas.ts';
import { Tokens } from '../schemas.ts';
import type { TokenCookies } from '../sessions/cookies.ts';
import { Credentials, MfaAnswer, SignInAnswer } from './schemas.ts';
import type { SignInService } from './service.ts';

const access = 'public';
const idempotency = 'refused'; // the answers are secrets
const unusable = [errors.emailNotVerified, errors.disabled, errors.credentialsInvalid];

export function signInRoutes({ password, secondStep, passkey }: SignInService, cookies: TokenCookies): Routes {
  return async (http) => {
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
        const { actor, body, disconnectSignal } = request;
        const credentials = { ...body, deviceToken: cookies.deviceTokenOf(request) };
        return cookies.deliver(request, reply, await password.login(actor, credentials, disconnectSignal));
      },
    );

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
      ({ actor, body }) => passkey.start(actor, body),
    );

    http.post(
      '/users/passkeys/login/finish',
      {
        config: { access, idempotency, errors: [errors.challengeInvalid, errors.passkeyInvalid, ...unusable] },
        schema: { operationId: 'finishPasskeyLogin', body: PasskeyAnswer, response: { 200: Tokens } },
      },
      async (request, reply) => {
        const { actor, body } = request;
        return cookies.deliver(request, reply, await passkey.finish(actor, body, cookies.deviceTokenOf(request)));
      },
    );
  };
}
