import { Page, pageErrors } from '#kernel/page.ts';
import { NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userErrors as errors, userPermissions } from '../contract.ts';
import { ByUser, LinkPassword } from '../schemas.ts';
import { NewUser, User, UserChange, UserQuery } from './schemas.ts';
import type { AdministrationService } from './service.ts';

const { access } = userPermissions;
const { exceedsOwn, lastAdministrator, roleNotFound } = authorizationErrors;

export function administrationRoutes({ administration, invitations }: AdministrationService): Routes {
  return async (http) => {
    http.get(
      '/users',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listUsers',
          summary: 'List accounts',
          description: 'Newest first unless `sortBy` says otherwise. Deleted accounts are not listed.',
          querystring: UserQuery,
          response: { 200: Page(User) },
        },
      },
      ({ query }) => administration.list(query),
    );

    http.post(
      '/users',
      {
        config: { access, recent: true, errors: [errors.emailTaken, roleNotFound, exceedsOwn] },
        schema: {
          operationId: 'inviteUser',
          summary: 'Invite a user',
          description: `Creates a pending account and e-mails a link with which its owner sets the password; it replaces a
            registration of that address that nobody has confirmed. You can give only roles whose permissions you hold
            yourself.`,
          body: NewUser,
          response: { 201: User },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await administration.invite(actor, body)),
    );

    http.get(
      '/users/:userId',
      {
        config: { access, errors: [errors.notFound] },
        schema: { operationId: 'getUser', summary: 'Get an account', params: ByUser, response: { 200: User } },
      },
      ({ params }) => administration.get(params.userId),
    );

    http.put(
      '/users/:userId',
      {
        config: {
          access,
          recent: true,
          errors: [errors.notFound, errors.lockTooLong, exceedsOwn, lastAdministrator, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'changeUser',
          summary: 'Change an account',
          description: `Fields that you leave out keep their values. Disabling or locking an account ends its sessions
            on every node. An account that holds permissions that you lack cannot be changed (403).`,
          params: ByUser,
          body: UserChange,
          response: { 200: User },
        },
      },
      ({ actor, params, body, precondition }) => administration.change(actor, params.userId, body, precondition),
    );

    http.delete(
      '/users/:userId',
      {
        config: {
          access,
          recent: true,
          errors: [errors.notFound, exceedsOwn, lastAdministrator, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'deleteUser',
          summary: 'Delete an account',
          description: `Ends all sessions, and erases or anonymises what the modules store about the person. This cannot
            be undone. The last administrator cannot be deleted (409).`,
          params: ByUser,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await administration.remove(actor, params.userId, precondition)),
    );

    http.post(
      '/users/:userId/reset',
      {
        config: {
          access,
          recent: true,
          errors: [errors.notFound, errors.notActive, exceedsOwn, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'startUserReset',
          summary: 'Send an account what it needs next',
          description: `An e-mail to the owner: an invitation while the address is not confirmed, else a code for a new
            password. Administrators never set or see a password.`,
          params: ByUser,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await administration.startReset(actor, params.userId, precondition)),
    );

    http.delete(
      '/users/:userId/factors',
      {
        config: {
          access,
          recent: true,
          errors: [errors.notFound, errors.factorNotFound, exceedsOwn, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'removeUserFactors',
          summary: 'Remove the second factors of an account',
          description: `For somebody who has lost them, after you have made sure who asks: authenticator app, passkeys and
            recovery codes are removed, all sessions end, and the owner is notified. The password still protects the account.`,
          params: ByUser,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await administration.removeFactors(actor, params.userId, precondition)),
    );

    http.post(
      '/users/accept-invitation',
      {
        config: { access: 'public', errors: [errors.linkInvalid, errors.passwordRefused, errors.busy] },
        schema: {
          operationId: 'acceptInvitation',
          summary: 'Accept an invitation',
          description: `Sets the first password and confirms the address, with the token of the link in the invitation.`,
          body: LinkPassword,
          response: { 204: NoContent },
        },
      },
      async ({ actor, body, disconnectSignal }, reply) =>
        reply.code(204).send(await invitations.accept(actor, body, disconnectSignal)),
    );
  };
}
