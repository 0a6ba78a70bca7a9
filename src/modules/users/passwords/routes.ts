import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { PROOF } from '../bot-check/schemas.ts';
import { botCheckRefusals, smsRefusals, userErrors as errors } from '../contract.ts';
import type { TokenCookies } from '../sessions/cookies.ts';
import { CodeSent, EmailOrPhone, LinkPassword } from '../schemas.ts';
import { NewPassword, PasswordChange } from './schemas.ts';
import type { PasswordService } from './service.ts';

const access = 'public';
const idempotency = 'refused'; // the passwords are secrets

export function passwordRoutes({ change, recovery }: PasswordService, cookies: TokenCookies): Routes {
  return async (http) => {
    http.post(
      '/users/forgot-password',
      {
        config: { access, errors: [...smsRefusals, ...botCheckRefusals], headers: PROOF },
        schema: {
          operationId: 'forgotPassword',
          summary: 'Ask for a new password',
          description: `Sends a 6-digit code that sets a new password, and by e-mail a link too, valid for 10 minutes. The answer is
            the same for every address.`,
          body: EmailOrPhone,
          response: { 202: CodeSent },
        },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await recovery.requestReset(actor, body)),
    );

    http.post(
      '/users/reset-password',
      {
        config: {
          access,
          errors: [errors.passwordRefused, errors.codeInvalid, errors.networkBlocked, errors.busy, ...botCheckRefusals],
          headers: PROOF,
        },
        schema: {
          operationId: 'resetPassword',
          summary: 'Set a new password with a code',
          description: `Ends all sessions of the account, revokes its API keys, ends a change of its address, forgets its
            devices and lifts its locks. Second factors and linked identities stay: the e-mail about the reset, and the
            sign-ins of the next seven days, list them.`,
          body: NewPassword,
          response: { 204: NoContent },
        },
      },
      async (request, reply) => {
        const { actor, body, disconnectSignal } = request;
        const device = cookies.deviceTokenOf(request);
        return reply.code(204).send(await recovery.resetPassword(actor, body, disconnectSignal, device));
      },
    );

    http.post(
      '/users/reset-password/link',
      {
        config: { access, errors: [errors.passwordRefused, errors.linkInvalid, errors.busy] },
        schema: {
          operationId: 'resetPasswordByLink',
          summary: 'Set a new password with a link',
          description: `For the page that the link in the e-mail opens: the token is what follows \`#token=\` in the
            link. Has the same effects as \`resetPassword\`.`,
          body: LinkPassword,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body, disconnectSignal }, reply) =>
        reply.code(204).send(await recovery.resetPasswordByLink(actor, body, disconnectSignal)),
    );

    http.post(
      '/users/change-password',
      {
        config: { access: 'user', idempotency, errors: [errors.passwordWrong, errors.passwordRefused, errors.busy] },
        schema: {
          operationId: 'changePassword',
          summary: 'Change my password',
          description: 'Needs the current password. All other sessions end, and the owner is notified by e-mail.',
          body: PasswordChange,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body, disconnectSignal }, reply) =>
        reply.code(204).send(await change.changePassword(actor, body, disconnectSignal)),
    );
  };
}
