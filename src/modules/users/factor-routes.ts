import { NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { CodeOnly, CodeSent, EmailOnly, userErrors as errors } from './contract.ts';
import { Proof } from './factor-schemas.ts';
import type { UserService } from './service.ts';

const access = 'user';
const idempotency = 'refused'; // what is sent or answered is a secret

/** Proving again who one is, and what proves it. */
export function factorRoutes(users: UserService): Routes {
  return async (http) => {
    http.post(
      '/users/step-up',
      {
        config: { access, idempotency, errors: [errors.credentialsInvalid, errors.factorBlocked, errors.busy] },
        schema: { operationId: 'stepUp', body: Proof, response: { 204: NoContent } },
      },
      async ({ actor, body, gone }, reply) => reply.code(204).send(await users.stepUp.prove(actor, body, gone)),
    );

    http.post(
      '/users/change-email',
      {
        config: { access, recent: true, errors: [errors.codeTooSoon] },
        schema: { operationId: 'changeEmail', body: EmailOnly, response: { 202: CodeSent } },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await users.emailChange.request(actor, body.email)),
    );

    http.post(
      '/users/change-email/confirm',
      {
        config: { access, errors: [errors.codeInvalid, errors.emailTaken] },
        schema: { operationId: 'confirmEmailChange', body: CodeOnly, response: { 204: NoContent } },
      },
      async ({ actor, body }, reply) => reply.code(204).send(await users.emailChange.confirm(actor, body.code)),
    );
  };
}
