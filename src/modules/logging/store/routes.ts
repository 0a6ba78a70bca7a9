import { Type } from 'typebox';
import { pageErrors } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import { CheckedEvent, CorruptedEvents, CorruptedQuery } from '../schemas.ts';
import type { EventStoreService } from './service.ts';

const ByEventId = Type.Object({ eventId: Type.With(Id, { description: 'Id of the event' }) });
const errors = [loggingErrors.eventNotFound, loggingErrors.archiveAway];

export function eventRoutes(events: EventStoreService): Routes {
  return async (http) => {
    http.get(
      '/logging/events/corrupted',
      {
        config: { access: loggingPermissions.read, errors: [pageErrors.cursorInvalid, loggingErrors.archiveAway] },
        schema: {
          operationId: 'listCorruptedLogEvents',
          summary: 'List events that were changed',
          description: `Events whose checksum does not match. With \`recalculate\` the next 5,000 events are read and
            compared, newest first, and \`nextCursor\` goes on.`,
          querystring: CorruptedQuery,
          response: { 200: CorruptedEvents },
        },
      },
      ({ query }) => events.corrupted(query),
    );

    http.get(
      '/logging/events/:eventId',
      {
        config: { access: loggingPermissions.read, errors },
        schema: {
          operationId: 'getLogEvent',
          summary: 'Get an event',
          description: 'With `recalculateIntegrity` its checksum is computed again and compared.',
          params: ByEventId,
          querystring: Type.Object({
            recalculateIntegrity: Type.Optional(Type.Boolean({ description: 'Compare the checksum' })),
          }),
          response: { 200: CheckedEvent },
        },
      },
      ({ params, query }) => events.get(params.eventId, query.recalculateIntegrity ?? false),
    );

    http.delete(
      '/logging/events/:eventId',
      {
        config: { access: loggingPermissions.delete, errors },
        schema: {
          operationId: 'deleteLogEvent',
          summary: 'Delete an event',
          description: 'No search finds it any more; the row itself goes with its day. The deletion is recorded.',
          params: ByEventId,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await events.remove(actor, params.eventId)),
    );
  };
}
