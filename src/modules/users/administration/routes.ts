import { Page, pageErrors } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userErrors as errors, userPermissions } from '../contract.ts';
import { LinkPassword } from '../schemas.ts';
import { ByUser, NewUser, User, UserChange, UserQuery } from './schemas.ts';
import type { AdministrationService } from './service.ts';

const { access } = userPermissions;
const { exceedsOwn, lastAdministrator, roleNotFound } = authorizationErrors;

export function administrationRoutes({ administration, invitations }: AdministrationService): Routes {
  return async (http) => {
    http.get(
      '/users',
      {
        config: { access, errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'listUsers', querystring: UserQuery, response: { 200: Page(User) } },
      },
      ({ query }) => administration.list(query),
    );

    http.post(
      '/users',
      {
        config: { access, errors: [errors.emailTaken, roleNotFound, exceedsOwn] },
        schema: { operationId: 'inviteUser', body: NewUser, response: { 201: User } },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await administration.invite(actor, body)),
    );

    http.get(
      '/users/:userId',
      {
        config: { access, errors: [errors.notFound] },
        schema: { operationId: 'getUser', params: ByUser, response: { 200: User } },
      },
      ({ params }) => administration.get(params.userId),
    );

    http.put(
      '/users/:userId',
      {
        config: {
          access,
          errors: [errors.notFound, errors.lockTooLong, exceedsOwn, lastAdministrator, httpErrors.preconditionFailed],
        },
        schema: { operationId: 'changeUser', params: ByUser, body: UserChange, response: { 200: User } },
      },
      ({ actor, params, body, ifMatch }) => administration.change(actor, params.userId, body, ifMatch),
    );

    http.delete(
      '/users/:userId',
      {
        config: { access, errors: [errors.notFound, exceedsOwn, lastAdministrator] },
        schema: { operationId: 'deleteUser', params: ByUser, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await administration.remove(actor, params.userId)),
    );

    http.post(
      '/users/:userId/reset',
      {
        config: { access, errors: [errors.notFound, errors.notActive, exceedsOwn] },
        schema: { operationId: 'startUserReset', params: ByUser, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await administration.startReset(actor, params.userId)),
    );

    http.post(
      '/users/accept-invitation',
      {
        config: { access: 'public', errors: [errors.linkInvalid, errors.passwordRefused, errors.busy] },
        schema: { operationId: 'acceptInvitation', body: LinkPassword, response: { 204: NoContent } },
      },
      async ({ actor, body, disconnectSignal }, reply) =>
        reply.code(204).send(await invitations.accept(actor, body, disconnectSignal)),
    );
  };
}
