import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { userErrors as errors } from '../contract.ts';
import { StepUpProof } from './schemas.ts';
import type { StepUpService } from './service.ts';

export function stepUpRoutes(stepUp: StepUpService): Routes {
  return async (http) => {
    http.post(
      '/users/step-up',
      {
        config: {
          access: 'user',
          idempotency: 'refused', // the proof is a secret
          errors: [
            errors.credentialsInvalid,
            errors.codeInvalid,
            errors.challengeInvalid,
            errors.passkeyInvalid,
            errors.stepUpRequired,
            errors.factorBlocked,
            errors.busy,
          ],
        },
        schema: {
          operationId: 'stepUp',
          summary: 'Authenticate again',
          description: `Allows the operations with \`x-recent\` for this session, for ten minutes. \`methods\` in the
            problem \`users.step_up_required\` names the methods of the account: password, code, passkey, or security key (\`securityKey\`: the
            password with the answer of the key).`,
          body: StepUpProof,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body, disconnectSignal }, reply) =>
        reply.code(204).send(await stepUp.reauthenticate(actor, body, disconnectSignal)),
    );
  };
}
