import { pickLanguage, type Language } from '#kernel/language.ts';
import type { Routes } from '#platform/module.ts';
import { PROOF } from '../bot-check/schemas.ts';
import { botCheckRefusals, smsRefusals, userErrors as errors } from '../contract.ts';
import type { BrowserBinding } from './browser-binding.ts';
import { CodeSent } from '../schemas.ts';
import type { TokenCookies } from '../sessions/cookies.ts';
import type { CodeSignIn as CodeSignInService } from './code-sign-in.ts';
import { CodeSignIn, CodeSignInAnswer, CodeSignInRequest, LinkSignIn, SignInAnswer } from './schemas.ts';

const access = 'public';
const idempotency = 'refused'; // the answers are secrets
const COOKIE = {
  'X-Refresh-Cookie':
    'With `true`, refresh and device token come as `HttpOnly` cookies instead of in the body. For browsers.',
};

/** `language` is that of people whose browser names none that we know. */
export function codeSignInRoutes(
  byCode: CodeSignInService,
  cookies: TokenCookies,
  browsers: BrowserBinding,
  language: Language,
): Routes {
  return async (http) => {
    http.post(
      '/users/login/code',
      {
        config: {
          access,
          idempotency,
          errors: [...smsRefusals, ...botCheckRefusals, errors.originRefused],
          headers: PROOF,
        },
        schema: {
          operationId: 'requestLoginCode',
          summary: 'Ask for a code to sign in',
          description: `Sends a 6-digit code for \`finishCodeLogin\`, by e-mail with a link for \`finishLinkLogin\`, valid for
            10 minutes. The answer is the same for every address.`,
          body: CodeSignInRequest,
          response: { 202: CodeSent },
        },
      },
      async (request, reply) => {
        const { actor, body, headers } = request;
        const asker = {
          browser: browsers.bind(request, reply),
          deviceToken: cookies.deviceTokenOf(request),
          language: pickLanguage(headers['accept-language'], language),
        };
        return reply.code(202).send(await byCode.request(actor, body, asker));
      },
    );

    http.post(
      '/users/login/code/confirm',
      {
        config: {
          access,
          idempotency,
          errors: [
            errors.codeInvalid,
            errors.networkBlocked,
            errors.disabled,
            errors.credentialsInvalid,
            errors.originRefused,
            ...botCheckRefusals,
          ],
          headers: { ...PROOF, ...COOKIE },
        },
        schema: {
          operationId: 'finishCodeLogin',
          summary: 'Sign in with a code',
          description: `Answers as \`login\`: an account with a second factor is asked for it. The code proves the address, so
            an account that was registered and not confirmed is active now, without the password that it was registered with. After
            5 wrong codes the address is blocked for 15 minutes.`,
          body: CodeSignIn,
          response: { 200: SignInAnswer },
        },
      },
      async (request, reply) => {
        const { actor, body } = request;
        const answer = await byCode.finish(actor, body, cookies.deviceTokenOf(request));
        return cookies.deliver(request, reply, answer);
      },
    );

    http.post(
      '/users/login/link',
      {
        config: {
          access,
          idempotency,
          errors: [errors.linkInvalid, errors.disabled, errors.credentialsInvalid, errors.originRefused],
          headers: COOKIE,
        },
        schema: {
          operationId: 'finishLinkLogin',
          summary: 'Sign in with a link',
          description: `For the page that the link opens: the token is what follows \`#token=\`. It signs in in the browser
            that asked for it, which a cookie tells. Elsewhere the answer is the code to type there, and the link stays good.`,
          body: LinkSignIn,
          response: { 200: CodeSignInAnswer },
        },
      },
      async (request, reply) => {
        const { actor, body } = request;
        const device = cookies.deviceTokenOf(request);
        const answer = await byCode.finishByLink(actor, body.token, browsers.of(request), device);
        return cookies.deliver(request, reply, answer);
      },
    );
  };
}
