import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import {
  ActiveOrganisation,
  NewOrganisation,
  Organisation,
  organisationErrors as errors,
  organisationPermissions,
  OrganisationSwitch,
  OwnOrganisation,
} from './contract.ts';
import type { OrganisationService } from './service.ts';

const OfOrganisation = Type.Object({ organisationId: Type.With(Id, { description: 'Id of the organisation' }) });

export function organisationRoutes(organisations: OrganisationService): Routes {
  return async (http) => {
    http.get(
      '/organisations',
      {
        config: { access: 'user', errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listOrganisations',
          summary: 'List my organisations',
          description: 'Those that you are in, with your role, the newest first. At most 100.',
          querystring: PageQuery,
          response: { 200: Page(OwnOrganisation) },
        },
      },
      ({ actor, query }) => organisations.list(actor, query),
    );

    http.post(
      '/organisations',
      {
        config: { access: organisationPermissions.create, errors: [errors.tooMany] },
        schema: {
          operationId: 'createOrganisation',
          summary: 'Create an organisation',
          description: 'You become its administrator. Nobody outside sees it.',
          body: NewOrganisation,
          response: { 201: Organisation },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await organisations.create(actor, body)),
    );

    http.get(
      '/organisations/all',
      {
        config: { access: organisationPermissions.access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listAllOrganisations',
          summary: 'List all organisations',
          description: 'Those of the whole installation, the newest first.',
          querystring: PageQuery,
          response: { 200: Page(Organisation) },
        },
      },
      ({ query }) => organisations.listAll(query),
    );

    http.get(
      '/organisations/active',
      {
        config: { access: 'user' },
        schema: {
          operationId: 'getActiveOrganisation',
          summary: 'Get the organisation that this session works in',
          description: 'All values are empty in none, and from the moment on at which you are no longer a member.',
          response: { 200: ActiveOrganisation },
        },
      },
      async ({ actor }) => organisations.active(actor),
    );

    http.put(
      '/organisations/active',
      {
        config: { access: 'user', errors: [errors.notFound] },
        schema: {
          operationId: 'switchOrganisation',
          summary: 'Work in an organisation',
          description: `Counts for this session from the next request on. Access tokens say so in \`org_id\` and
            \`org_role\` when they are renewed; the server does not rely on these claims.`,
          body: OrganisationSwitch,
          response: { 200: ActiveOrganisation },
        },
      },
      ({ actor, body }) => organisations.switchTo(actor, body),
    );

    http.get(
      '/organisations/:organisationId',
      {
        config: { access: 'user', errors: [errors.notFound] },
        schema: {
          operationId: 'getOrganisation',
          summary: 'Get an organisation',
          description: 'For its members.',
          params: OfOrganisation,
          response: { 200: Organisation },
        },
      },
      ({ actor, params }) => organisations.get(actor, params.organisationId),
    );

    http.patch(
      '/organisations/:organisationId',
      {
        config: { access: 'user', errors: [errors.notFound, httpErrors.forbidden, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'editOrganisation',
          summary: 'Rename an organisation',
          description: 'Needs `organisations.manage` in it.',
          params: OfOrganisation,
          body: NewOrganisation,
          response: { 200: Organisation },
        },
      },
      ({ actor, params, body, precondition }) => organisations.edit(actor, params.organisationId, body, precondition),
    );

    http.delete(
      '/organisations/:organisationId',
      {
        config: {
          access: 'user',
          recent: true,
          errors: [errors.notFound, httpErrors.forbidden, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'deleteOrganisation',
          summary: 'Delete an organisation',
          description: `Needs \`organisations.manage\` in it. Its members lose what was shared with it, on every node before
            this call answers. What they own stays theirs.`,
          params: OfOrganisation,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await organisations.remove(actor, params.organisationId, precondition)),
    );
  };
}
