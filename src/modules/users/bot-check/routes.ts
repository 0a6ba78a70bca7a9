import type { Routes } from '#platform/module.ts';
import { userErrors as errors } from '../contract.ts';
import { BotChallenge, BotCheckState } from './schemas.ts';
import type { BotChecks } from './service.ts';

const access = 'public';

export function botCheckRoutes(checks: BotChecks): Routes {
  return async (http) => {
    http.get(
      '/users/bot-check',
      {
        config: { access },
        schema: {
          operationId: 'getBotCheck',
          summary: 'Get what proves that a client is no bot',
          description: `Requests that register, sign in, or ask for or send codes may be answered 403
            \`users.bot_check_required\`. Then send them again with a proof in \`X-Bot-Proof\`: what the ALTCHA widget or
            the widget of Turnstile gives. Each proof is good for one request.`,
          response: { 200: BotCheckState },
        },
      },
      checks.state,
    );

    http.get(
      '/users/bot-check/challenge',
      {
        config: { access, errors: [errors.botCheckNone] },
        schema: {
          operationId: 'getBotChallenge',
          summary: 'Get a challenge for the ALTCHA widget',
          description: 'For its attribute `challenge`. It is good for ten minutes.',
          response: { 200: BotChallenge },
        },
      },
      async () => {
        const challenge = await checks.challenge();
        if (!challenge) throw errors.botCheckNone();
        return challenge;
      },
    );
  };
}
