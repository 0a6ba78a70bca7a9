import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { notificationErrors, notificationPermissions } from '../contract.ts';
import {
  NewTemplate,
  Preview,
  PreviewRequest,
  Template,
  TemplateContent,
  TemplateQuery,
  TemplateWithRevisions,
} from './schemas.ts';
import type { Templates } from './service.ts';

const { templates: access } = notificationPermissions;
const { templateNotFound, templateInvalid, templateExists } = notificationErrors;
const ByTemplate = Type.Object({ templateId: Type.With(Id, { description: 'Id of the template' }) });

export function templateRoutes(templates: Templates): Routes {
  return async (http) => {
    http.post(
      '/notifications/templates',
      {
        config: {
          access,
          errors: [templateInvalid, templateExists, notificationErrors.templateVariableMissing],
          location: '/api/v1/notification-templates',
        },
        schema: {
          operationId: 'createTemplate',
          summary: 'Create a template',
          description: `Name, channel and language together must be new (409). The texts are Liquid; they may use only
            variables, unless \`allowsLogic\` permits conditions and loops.`,
          body: NewTemplate,
          response: { 201: Template },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await templates.create(actor, body)),
    );

    http.put(
      '/notifications/templates/:templateId',
      {
        config: {
          access,
          errors: [
            templateNotFound,
            templateInvalid,
            templateExists,
            notificationErrors.templateVariableMissing,
            notificationErrors.templateChannelMismatch,
            httpErrors.preconditionFailed,
          ],
        },
        schema: {
          operationId: 'reviseTemplate',
          summary: 'Revise a template',
          description: `Stores the next revision; messages that were accepted before keep theirs. Send the \`ETag\` that
            you have read in \`If-Match\`.`,
          params: ByTemplate,
          body: TemplateContent,
          response: { 200: Template },
        },
      },
      ({ actor, params, body, precondition }) => templates.revise(actor, params.templateId, body, precondition),
    );

    http.get(
      '/notification-templates',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listTemplates',
          summary: 'List templates',
          querystring: TemplateQuery,
          response: { 200: Page(Template) },
        },
      },
      ({ query }) => templates.list(query),
    );

    http.get(
      '/notification-templates/:templateId',
      {
        config: { access, errors: [templateNotFound] },
        schema: {
          operationId: 'getTemplate',
          summary: 'Get a template',
          description: 'With its variables and all revisions, newest first.',
          params: ByTemplate,
          response: { 200: TemplateWithRevisions },
        },
      },
      ({ params }) => templates.get(params.templateId),
    );

    http.delete(
      '/notification-templates/:templateId',
      {
        config: {
          access,
          errors: [templateNotFound, notificationErrors.templateShipped, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'deleteTemplate',
          summary: 'Delete a template',
          description: 'A built-in template cannot be deleted (409); if it was edited, its own text comes back.',
          params: ByTemplate,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await templates.remove(actor, params.templateId, precondition)),
    );

    http.post(
      '/notification-templates/:templateId/preview',
      {
        config: {
          access,
          impersonation: 'allowed',
          errors: [
            templateNotFound,
            templateInvalid,
            notificationErrors.templateVariableMissing,
            notificationErrors.contentTooLarge,
          ],
        },
        schema: {
          operationId: 'previewTemplate',
          summary: 'Preview a template',
          description: `Renders the present revision, or a \`draft\` that is not saved, with sample values, in the layout of its
            channel and language. Nothing is stored or sent.`,
          params: ByTemplate,
          body: PreviewRequest,
          response: { 200: Preview },
        },
      },
      ({ params, body }) => templates.preview(params.templateId, body),
    );
  };
}
