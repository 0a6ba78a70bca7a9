import { Type } from 'typebox';
import { pickLanguage, type Language } from '#kernel/language.ts';
import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { PROOF } from '../bot-check/schemas.ts';
import { botCheckRefusals, smsRefusals, SignedInUser, userErrors as errors } from '../contract.ts';
import { PasswordRequired } from '../passwords/schemas.ts';
import { CodeOnly, CodeSent, EmailOnly, EmailOrPhone, LinkPassword, PhoneOnly } from '../schemas.ts';
import { EmailCode, Link, Me, NewRegistration, PhoneCode, Setup } from './schemas.ts';
import type { Accounts } from './service.ts';

const access = 'public';
const idempotency = 'refused'; // the answer may contain a secret

/** `language` is that of people whose browser names none that we know. */
export function accountRoutes(
  { registration, verification, setup, addressChange, profile }: Accounts,
  language: Language,
): Routes {
  return async (http) => {
    http.post(
      '/users/register',
      {
        config: {
          access,
          errors: [errors.passwordRefused, errors.busy, ...smsRefusals, ...botCheckRefusals],
          headers: PROOF,
        },
        schema: {
          operationId: 'register',
          summary: 'Register an account',
          description: `Creates a pending account and sends a 6-digit code for \`verifyEmail\` by e-mail, or for
            \`verifyPhone\` by SMS. The answer is the same for an address that has an account already: its owner is told
            instead. A password that breaks a
            rule is refused with the rule.`,
          body: NewRegistration,
          response: { 202: CodeSent },
        },
      },
      async ({ actor, body, headers, disconnectSignal }, reply) => {
        const spoken = pickLanguage(headers['accept-language'], language);
        return reply.code(202).send(await registration.register(actor, body, spoken, disconnectSignal));
      },
    );

    http.post(
      '/users/verify-email',
      {
        config: {
          access,
          idempotency,
          errors: [errors.codeInvalid, errors.networkBlocked, ...botCheckRefusals],
          headers: PROOF,
        },
        schema: {
          operationId: 'verifyEmail',
          summary: 'Confirm an e-mail address with its code',
          description: `The account becomes active and can sign in (204). If the address was registered with different
            passwords, or an administrator has given the account something, none of the passwords is valid: the answer
            is 200 with a token for \`resetPasswordByLink\`, and the link is e-mailed. A code is valid for 10 minutes;
            after 5 wrong codes the address is blocked for 15 minutes.`,
          body: EmailCode,
          response: { 200: PasswordRequired, 204: NoContent },
        },
      },
      async ({ actor, body }, reply) => {
        const required = await verification.verify(actor, body);
        return required ? reply.code(200).send(required) : reply.code(204).send();
      },
    );

    http.post(
      '/users/verify-phone',
      {
        config: {
          access,
          idempotency,
          errors: [errors.codeInvalid, errors.networkBlocked, ...botCheckRefusals],
          headers: PROOF,
        },
        schema: {
          operationId: 'verifyPhone',
          summary: 'Confirm a phone number with its code',
          description: 'As `verifyEmail`, for an account that was registered with a phone number.',
          body: PhoneCode,
          response: { 200: PasswordRequired, 204: NoContent },
        },
      },
      async ({ actor, body }, reply) => {
        const required = await verification.verify(actor, body);
        return required ? reply.code(200).send(required) : reply.code(204).send();
      },
    );

    http.post(
      '/users/verify-email/link',
      {
        config: { access, errors: [errors.linkInvalid, errors.passwordRefused, errors.busy] },
        schema: {
          operationId: 'verifyEmailByLink',
          summary: 'Confirm an e-mail address with its link',
          description: `For the page that the link in the e-mail opens: the token is what follows \`#token=\` in the
            link. The new password replaces the one of the registration, which may be that of somebody else.`,
          body: LinkPassword,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body, disconnectSignal }, reply) =>
        reply.code(204).send(await verification.verifyByLink(actor, body, disconnectSignal)),
    );

    http.post(
      '/users/verify-email/decline',
      {
        config: { access, errors: [errors.linkInvalid] },
        schema: {
          operationId: 'declineRegistration',
          summary: 'End a registration of my address by somebody else',
          description: `For the page that the link in the e-mail opens, with the same token. The account is deleted, and the
            address can be registered again.`,
          body: Link,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await verification.declineByLink(actor, body)),
    );

    http.post(
      '/users/resend-verification-code',
      {
        config: { access, errors: [...smsRefusals, ...botCheckRefusals], headers: PROOF },
        schema: {
          operationId: 'resendVerificationCode',
          summary: 'Send a new verification code',
          description: `The older code stops working. One code per minute is sent. The answer is the same for every
            address.`,
          body: EmailOrPhone,
          response: { 202: CodeSent },
        },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await verification.requestVerification(actor, body)),
    );

    http.get(
      '/users/me',
      {
        config: { access: 'user', apiKeys: 'taken' }, // a program can look up on whose behalf it acts
        schema: {
          operationId: 'getMe',
          summary: 'Get my account',
          description: `Your account with its roles and all permissions that are in effect. With an API key: the account
            of its owner.`,
          response: { 200: Me },
        },
      },
      ({ actor }) => profile.me(actor),
    );

    http.post(
      '/users/change-email',
      {
        config: { access: 'user', recent: true, errors: [errors.codeTooSoon] },
        schema: {
          operationId: 'changeEmail',
          summary: 'Change my e-mail address',
          description: `E-mails a 6-digit code to the new address. The old address stays in use until
            \`confirmEmailChange\`, and is notified of the change.`,
          body: EmailOnly,
          response: { 202: CodeSent },
        },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await addressChange.request(actor, body)),
    );

    http.post(
      '/users/change-email/confirm',
      {
        config: { access: 'user', errors: [errors.codeInvalid, errors.emailTaken] },
        schema: {
          operationId: 'confirmEmailChange',
          summary: 'Confirm my new e-mail address',
          description: 'Needs the code that was sent to the new address.',
          body: CodeOnly,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await addressChange.confirm(actor, 'email', body.code)),
    );

    http.post(
      '/users/change-phone',
      {
        config: { access: 'user', recent: true, errors: [errors.codeTooSoon, ...smsRefusals] },
        schema: {
          operationId: 'changePhone',
          summary: 'Change my phone number',
          description: `Sends a 6-digit code to the new number by SMS. A number that was there before stays in use until
            \`confirmPhoneChange\`. The addresses of the account are told of the change.`,
          body: PhoneOnly,
          response: { 202: CodeSent },
        },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await addressChange.request(actor, body)),
    );

    http.post(
      '/users/change-phone/confirm',
      {
        config: { access: 'user', errors: [errors.codeInvalid, errors.phoneTaken] },
        schema: {
          operationId: 'confirmPhoneChange',
          summary: 'Confirm my new phone number',
          description: 'Needs the code that was sent to the new number.',
          body: CodeOnly,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await addressChange.confirm(actor, 'phone', body.code)),
    );

    http.delete(
      '/users/phone',
      {
        config: { access: 'user', recent: true, errors: [errors.lastWayIn] },
        schema: {
          operationId: 'removePhone',
          summary: 'Remove my phone number',
          description: 'Nobody can sign in with it any more. Refused for an account without an e-mail address.',
          response: { 204: NoContent },
        },
      },
      async ({ actor }, reply) => reply.code(204).send(await addressChange.removePhone(actor)),
    );

    http.get(
      '/setup',
      {
        config: { access },
        schema: {
          operationId: 'getSetup',
          summary: 'Check whether the installation has to be set up',
          description: '`isOpen` is true until there is an administrator.',
          response: { 200: Type.Object({ isOpen: Type.Boolean() }) },
        },
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
        schema: {
          operationId: 'setUp',
          summary: 'Create the first administrator',
          description: `Works once, with the token of the set-up link that the server prints while there is no
            administrator.`,
          body: Setup,
          response: { 201: SignedInUser },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await setup.setUp(actor, body)),
    );
  };
}
