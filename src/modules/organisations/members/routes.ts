import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { MemberRole, organisationErrors as errors, OrganisationMember } from '../contract.ts';
import type { Members } from './service.ts';

const organisationId = Type.With(Id, { description: 'Id of the organisation' });
const OfOrganisation = Type.Object({ organisationId });
const OfMember = Type.Object({ organisationId, userId: Type.With(Id, { description: 'Id of the person' }) });

export function memberRoutes(members: Members): Routes {
  return async (http) => {
    http.get(
      '/organisations/:organisationId/members',
      {
        config: { access: 'user', errors: [errors.notFound, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'listMembers',
          summary: 'List the members of an organisation',
          description: `For its members, the newest accounts first. Addresses are shown to those with
            \`organisations.members\` in it.`,
          params: OfOrganisation,
          querystring: PageQuery,
          response: { 200: Page(OrganisationMember) },
        },
      },
      ({ actor, params, query }) => members.list(actor, params.organisationId, query),
    );

    http.put(
      '/organisations/:organisationId/members/:userId',
      {
        config: {
          access: 'user',
          recent: true,
          errors: [
            errors.notFound,
            errors.memberNotFound,
            errors.membersTooMany,
            errors.tooMany,
            httpErrors.forbidden,
            authorizationErrors.roleNotFound,
            authorizationErrors.exceedsOwn,
            authorizationErrors.lastAdministrator,
          ],
        },
        schema: {
          operationId: 'putMember',
          summary: 'Change the role of a member',
          description: `Needs \`organisations.members\` in it, and there all that the role gives and the one before gave.
            Counts on every node before this call answers. The last administrator keeps the role. Who has
            \`organisations.access\` adds people by this, without an invitation.`,
          params: OfMember,
          body: MemberRole,
          response: { 200: OrganisationMember },
        },
      },
      ({ actor, params, body }) => members.put(actor, params.organisationId, params.userId, body.role),
    );

    http.delete(
      '/organisations/:organisationId/members/:userId',
      {
        config: {
          access: 'user',
          errors: [
            errors.notFound,
            errors.memberNotFound,
            httpErrors.forbidden,
            authorizationErrors.exceedsOwn,
            authorizationErrors.lastAdministrator,
          ],
        },
        schema: {
          operationId: 'removeMember',
          summary: 'Remove a member, or leave',
          description: `Everybody may leave but the last administrator. To remove others needs \`organisations.members\`, and
            all that their role gives. Counts on every node before this call answers.`,
          params: OfMember,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(204).send(await members.remove(actor, params.organisationId, params.userId)),
    );
  };
}
