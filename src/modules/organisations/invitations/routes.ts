import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import {
  Invitation,
  NewInvitation,
  organisationErrors as errors,
  OrganisationMember,
  OwnInvitations,
} from '../contract.ts';
import type { OrganisationInvitations } from './service.ts';

const organisationId = Type.With(Id, { description: 'Id of the organisation' });
const invitationId = Type.With(Id, { description: 'Id of the invitation' });
const OfOrganisation = Type.Object({ organisationId });

export function invitationRoutes(invitations: OrganisationInvitations): Routes {
  return async (http) => {
    http.get(
      '/organisations/:organisationId/invitations',
      {
        config: { access: 'user', errors: [errors.notFound, httpErrors.forbidden, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'listInvitations',
          summary: 'List the invitations of an organisation',
          description: 'Those that wait for an answer, the newest first. Needs `organisations.members` in it.',
          params: OfOrganisation,
          querystring: PageQuery,
          response: { 200: Page(Invitation) },
        },
      },
      ({ actor, params, query }) => invitations.list(actor, params.organisationId, query),
    );

    http.post(
      '/organisations/:organisationId/invitations',
      {
        config: {
          access: 'user',
          recent: true, // it gives rights
          errors: [
            errors.notFound,
            errors.alreadyMember,
            errors.invitationsTooMany,
            errors.openTooMany,
            httpErrors.forbidden,
            authorizationErrors.roleNotFound,
            authorizationErrors.exceedsOwn,
          ],
        },
        schema: {
          operationId: 'inviteMember',
          summary: 'Invite somebody',
          description: `The account that has proved the address can accept within seven days. Needs \`organisations.members\` in the
            organisation, and there all that the role gives. An earlier invitation to the same address ends.`,
          params: OfOrganisation,
          body: NewInvitation,
          response: { 201: Invitation },
        },
      },
      async ({ actor, params, body }, reply) =>
        reply.code(201).send(await invitations.create(actor, params.organisationId, body)),
    );

    http.delete(
      '/organisations/:organisationId/invitations/:invitationId',
      {
        config: { access: 'user', errors: [errors.notFound, errors.invitationNotFound, httpErrors.forbidden] },
        schema: {
          operationId: 'withdrawInvitation',
          summary: 'Withdraw an invitation',
          description: 'Needs `organisations.members` in the organisation.',
          params: Type.Object({ organisationId, invitationId }),
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(204).send(await invitations.withdraw(actor, params.organisationId, params.invitationId)),
    );

    http.get(
      '/organisations/invitations',
      {
        config: { access: 'user' },
        schema: {
          operationId: 'listOwnInvitations',
          summary: 'List the invitations to me',
          description: 'To an address that your account has proved, and not answered yet; the newest 100.',
          response: { 200: OwnInvitations },
        },
      },
      async ({ actor }) => ({ items: await invitations.listOwn(actor) }),
    );

    http.post(
      '/organisations/invitations/:invitationId/accept',
      {
        config: {
          access: 'user',
          errors: [
            errors.invitationNotFound,
            errors.invitationVoid,
            errors.alreadyMember,
            errors.membersTooMany,
            errors.tooMany,
          ],
        },
        schema: {
          operationId: 'joinOrganisation',
          summary: 'Accept an invitation',
          description: `You become a member by the role that it names. It is void when who has invited you may not give that
            role any more.`,
          params: Type.Object({ invitationId }),
          response: { 200: OrganisationMember },
        },
      },
      ({ actor, params }) => invitations.accept(actor, params.invitationId),
    );

    http.post(
      '/organisations/invitations/:invitationId/decline',
      {
        config: { access: 'user', errors: [errors.invitationNotFound] },
        schema: {
          operationId: 'declineInvitation',
          summary: 'Decline an invitation',
          description: 'You can be invited again.',
          params: Type.Object({ invitationId }),
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await invitations.decline(actor, params.invitationId)),
    );
  };
}
