import { Page, pageErrors } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import {
  Discard,
  FailedMessage,
  FailedMessageDetails,
  FailedMessageQuery,
  observabilityErrors,
  observabilityPermissions,
} from '../contract.ts';
import type { MessageService } from './service.ts';

const { read, manage } = observabilityPermissions;
const { messageNotFound, messageNotFailed } = observabilityErrors;

export function messageRoutes(messages: MessageService): Routes {
  return async (http) => {
    http.get(
      '/observability/messages',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listFailedMessages',
          summary: 'List failed messages',
          description: `Messages whose last attempt failed, newest first. Later messages of the same key wait behind them
            and are not listed. The audit trail records who listed them.`,
          querystring: FailedMessageQuery,
          response: { 200: Page(FailedMessage) },
        },
      },
      ({ actor, query }) => messages.list(actor, query),
    );

    http.get(
      '/observability/messages/:id',
      {
        config: { access: read, errors: [messageNotFound] },
        schema: {
          operationId: 'openFailedMessage',
          summary: 'Get a failed message',
          description: 'Its payload, headers and the errors of its attempts. The audit trail records who opened it.',
          params: ById,
          response: { 200: FailedMessageDetails },
        },
      },
      ({ actor, params }) => messages.open(actor, params.id),
    );

    http.post(
      '/observability/messages/:id/discard',
      {
        config: { access: manage, errors: [messageNotFound, messageNotFailed] },
        schema: {
          operationId: 'discardFailedMessage',
          summary: 'Discard a failed message',
          description: `The message is dropped for good, and the later ones of its key go on. An event counts as handled by
            the consumer; of the outbox, no consumer gets it.`,
          params: ById,
          body: Discard,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, body }, reply) => reply.code(204).send(await messages.discard(actor, params.id, body)),
    );
  };
}
