import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import { Id } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import {
  DeliveryQuery,
  ReplayedDeliveries,
  WebhookDelivery,
  webhookErrors as errors,
  webhookPermissions,
} from '../contract.ts';
import type { Deliveries } from './service.ts';

const { read, manage } = webhookPermissions;
const webhookId = Type.With(Id, { description: 'Id of the webhook' });
const OfWebhook = Type.Object({ webhookId });
const OfDelivery = Type.Object({ webhookId, deliveryId: Type.With(Id, { description: 'Id of the delivery' }) });

export function deliveryRoutes(deliveries: Deliveries): Routes {
  return async (http) => {
    http.post(
      '/webhooks/:webhookId/test',
      {
        config: { access: manage, errors: [errors.notFound, errors.disabled] },
        schema: {
          operationId: 'testWebhook',
          summary: 'Send a test event',
          description: 'An event `webhooks.test.v1` to this webhook alone, whatever types it has. See its delivery.',
          params: OfWebhook,
          response: { 202: WebhookDelivery },
        },
      },
      async ({ actor, params }, reply) => reply.code(202).send(await deliveries.sendTest(actor, params.webhookId)),
    );

    http.get(
      '/webhooks/:webhookId/deliveries',
      {
        config: { access: read, errors: [errors.notFound, ...Object.values(pageErrors)] },
        schema: {
          operationId: 'listWebhookDeliveries',
          summary: 'List the deliveries of a webhook',
          description: 'The newest first. They are kept for 30 days.',
          params: OfWebhook,
          querystring: DeliveryQuery,
          response: { 200: Page(WebhookDelivery) },
        },
      },
      ({ params, query }) => deliveries.list(params.webhookId, query),
    );

    http.post(
      '/webhooks/:webhookId/deliveries/replay-failed',
      {
        config: { access: manage, errors: [errors.notFound, errors.disabled] },
        schema: {
          operationId: 'replayFailedWebhookDeliveries',
          summary: 'Send failed deliveries again',
          description: 'The oldest first, at most 1,000 of one call. Each keeps its id, and is repeated for a day.',
          params: OfWebhook,
          response: { 200: ReplayedDeliveries },
        },
      },
      ({ actor, params }) => deliveries.replayFailed(actor, params.webhookId),
    );

    http.get(
      '/webhooks/:webhookId/deliveries/:deliveryId',
      {
        config: { access: read, errors: [errors.deliveryNotFound] },
        schema: {
          operationId: 'getWebhookDelivery',
          summary: 'Get a delivery of a webhook',
          description: 'What was sent, and what was answered.',
          params: OfDelivery,
          response: { 200: WebhookDelivery },
        },
      },
      ({ params }) => deliveries.get(params.webhookId, params.deliveryId),
    );

    http.post(
      '/webhooks/:webhookId/deliveries/:deliveryId/replay',
      {
        config: { access: manage, errors: [errors.notFound, errors.deliveryNotFound, errors.disabled] },
        schema: {
          operationId: 'replayWebhookDelivery',
          summary: 'Send a delivery again',
          description: 'With the same id. Nothing changes for one that is pending.',
          params: OfDelivery,
          response: { 202: WebhookDelivery },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(202).send(await deliveries.replay(actor, params.webhookId, params.deliveryId)),
    );
  };
}
