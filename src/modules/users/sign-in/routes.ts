import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { PROOF } from '../bot-check/schemas.ts';
import { botCheckRefusals, userErrors as errors } from '../contract.ts';
import { PasskeyAnswer, PasskeyRequest, PasskeyStart } from '../factors/schemas.ts';
import { Tokens } from '../schemas.ts';
import type { TokenCookies } from '../sessions/cookies.ts';
import { Credentials, MfaAnswer, SignInAnswer } from './schemas.ts';
import type { SignInService } from './service.ts';

const access = 'public';
const idempotency = 'refused'; // the answers are secrets
const unusable = [
  errors.emailNotVerified,
  errors.phoneNotVerified,
  errors.disabled,
  errors.credentialsInvalid,
  errors.originRefused,
];

export function signInRoutes({ password, secondStep, passkey }: SignInService, cookies: TokenCookies): Routes {
  return async (http) => {
    http.post(
      '/users/login',
      {
        config: {
          access,
          idempotency,
          errors: [
            errors.credentialsInvalid,
            errors.emailNotVerified,
            errors.phoneNotVerified,
            errors.disabled,
            errors.originRefused,
            errors.networkBlocked,
            errors.busy,
            ...botCheckRefusals,
          ],
          headers: {
            ...PROOF,
            'X-Refresh-Cookie':
              'With `true`, refresh and device token come as `HttpOnly` cookies instead of in the body. For browsers.',
          },
        },
        schema: {
          operationId: 'login',
          summary: 'Sign in with e-mail address or phone number, and password',
          description: `Answers tokens, or \`mfaRequired\` if the account has a second factor: go on with
            \`finishLogin\` or \`startPasskeyLogin\`. Unknown address, wrong password and locked account give the same
            401. Send the \`deviceToken\` of an earlier sign-in, so that wrong passwords of other people cannot lock
            this device out.`,
          body: Credentials,
          response: { 200: SignInAnswer },
        },
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
          errors: [
            errors.codeInvalid,
            errors.challengeInvalid,
            errors.factorBlocked,
            errors.networkBlocked,
            ...unusable,
            ...botCheckRefusals,
          ],
          headers: {
            ...PROOF,
            'X-Refresh-Cookie':
              'With `true`, refresh and device token come as `HttpOnly` cookies instead of in the body. For browsers.',
          },
        },
        schema: {
          operationId: 'finishLogin',
          summary: 'Finish a sign-in with a code',
          description: `The second step after \`login\` has answered \`mfaRequired\`: a code of an authenticator app or
            a recovery code. 5 wrong codes end the challenge, 10 within an hour block the account.`,
          body: MfaAnswer,
          response: { 200: Tokens },
        },
      },
      async (request, reply) => {
        const { actor, body } = request;
        return cookies.deliver(request, reply, await secondStep.finish(actor, body, cookies.deviceTokenOf(request)));
      },
    );

    http.post(
      '/users/passkeys/login/start',
      {
        config: { access, idempotency, errors: [errors.challengeInvalid, httpErrors.notSignedIn] },
        schema: {
          operationId: 'startPasskeyLogin',
          summary: 'Start a sign-in with a passkey',
          description: `Answers \`options\` for \`navigator.credentials.get()\`. With the \`challengeToken\` of
            \`login\` the passkey is the second step; without one it signs in without a password.`,
          body: PasskeyStart,
          response: { 200: PasskeyRequest },
        },
      },
      ({ actor, body }) => passkey.start(actor, body),
    );

    http.post(
      '/users/passkeys/login/finish',
      {
        config: {
          access,
          idempotency,
          errors: [errors.challengeInvalid, errors.passkeyInvalid, ...unusable],
          headers: {
            'X-Refresh-Cookie':
              'With `true`, refresh and device token come as `HttpOnly` cookies instead of in the body. For browsers.',
          },
        },
        schema: {
          operationId: 'finishPasskeyLogin',
          summary: 'Finish a sign-in with a passkey',
          description: `Takes what \`navigator.credentials.get()\` returned, as JSON, with the \`challengeToken\` of the
            start.`,
          body: PasskeyAnswer,
          response: { 200: Tokens },
        },
      },
      async (request, reply) => {
        const { actor, body } = request;
        return cookies.deliver(request, reply, await passkey.finish(actor, body, cookies.deviceTokenOf(request)));
      },
    );
  };
}
