import { Type } from 'typebox';
import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import {
  CreatedWebhook,
  NewSecret,
  NewWebhook,
  SecretRotation,
  Webhook,
  WebhookChange,
  webhookErrors as errors,
  webhookPermissions,
} from './contract.ts';
import type { WebhookService } from './service.ts';

const { read, manage } = webhookPermissions;
const OfWebhook = Type.Object({ webhookId: Type.With(Id, { description: 'Id of the webhook' }) });

export function webhookRoutes(webhooks: WebhookService): Routes {
  return async (http) => {
    http.get(
      '/webhooks',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listWebhooks',
          summary: 'List webhooks',
          description: 'All of the installation, the newest first.',
          querystring: PageQuery,
          response: { 200: Page(Webhook) },
        },
      },
      ({ query }) => webhooks.list(query),
    );

    http.post(
      '/webhooks',
      {
        config: {
          access: manage,
          idempotency: 'refused', // the answer contains the secret
          errors: [errors.urlRefused, errors.eventUnknown, errors.tooMany],
        },
        schema: {
          operationId: 'createWebhook',
          summary: 'Create a webhook',
          description: `From now on each event of these types is sent to the address by POST, signed as the Standard Webhooks
            specification says. Only 2xx counts as received; all else is repeated for a day. Events may arrive in any
            order, and again: \`webhook-id\` is the same then. No other answer contains the secret: store it now.`,
          body: NewWebhook,
          response: { 201: CreatedWebhook },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await webhooks.create(actor, body)),
    );

    http.get(
      '/webhooks/:webhookId',
      {
        config: { access: read, errors: [errors.notFound] },
        schema: {
          operationId: 'getWebhook',
          summary: 'Get a webhook',
          description: 'Its secret is not shown.',
          params: OfWebhook,
          response: { 200: Webhook },
        },
      },
      ({ params }) => webhooks.get(params.webhookId),
    );

    http.patch(
      '/webhooks/:webhookId',
      {
        config: {
          access: manage,
          errors: [errors.notFound, errors.urlRefused, errors.eventUnknown, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'editWebhook',
          summary: 'Change a webhook',
          description: `Fields that you leave out keep their values. What waits is sent to the new address. A webhook that
            was disabled is enabled again by \`isEnabled\`; it gets the events from then on.`,
          params: OfWebhook,
          body: WebhookChange,
          response: { 200: Webhook },
        },
      },
      ({ actor, params, body, precondition }) => webhooks.edit(actor, params.webhookId, body, precondition),
    );

    http.delete(
      '/webhooks/:webhookId',
      {
        config: { access: manage, errors: [errors.notFound, httpErrors.preconditionFailed] },
        schema: {
          operationId: 'deleteWebhook',
          summary: 'Delete a webhook',
          description: 'What waits is not sent. The log of its deliveries is no longer shown.',
          params: OfWebhook,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await webhooks.remove(actor, params.webhookId, precondition)),
    );

    http.post(
      '/webhooks/:webhookId/rotate-secret',
      {
        config: {
          access: manage,
          idempotency: 'refused', // the answer contains the secret
          errors: [errors.notFound, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'rotateWebhookSecret',
          summary: 'Replace the secret of a webhook',
          description: `The former secret signs beside the new one for \`overlapHours\`, so that you can change the receiver
            meanwhile. No other answer contains the new secret.`,
          params: OfWebhook,
          body: SecretRotation,
          response: { 200: NewSecret },
        },
      },
      ({ actor, params, body, precondition }) => webhooks.rotateSecret(actor, params.webhookId, body, precondition),
    );
  };
}
