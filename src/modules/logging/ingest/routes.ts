import type { Routes } from '#platform/module.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import { BatchVerdict, EventBatch, IngestedEvent, IngestHealth, NewLogEvent } from '../schemas.ts';
import { MAX_BATCH_BYTES } from './bytes-in-flight.ts';
import type { IngestService } from './service.ts';

const MAX_TOKENS = 500_000; // a hundred values of each event
const busy = [loggingErrors.ingestBusy, loggingErrors.ingestAway];

export function ingestRoutes(ingest: IngestService): Routes {
  return async (http) => {
    http.post(
      '/logging/events',
      {
        config: { access: loggingPermissions.write, errors: busy, isUncounted: true },
        schema: {
          operationId: 'ingestLogEvent',
          summary: 'Send an event',
          description: `The answer says that the event is committed. Unknown fields go into the payload; secrets are
            removed before anything is stored. Not counted by the rate limit.`,
          body: NewLogEvent,
          response: { 201: IngestedEvent },
        },
        bodyLimit: 1024 * 1024,
        preParsing: [ingest.admit],
      },
      async ({ actor, body }, reply) => reply.code(201).send(await ingest.ingestOne(actor, body)),
    );

    http.post(
      '/logging/events/bulk',
      {
        config: {
          access: loggingPermissions.write,
          errors: [...busy, loggingErrors.batchTooLarge],
          isUncounted: true,
          batch: { types: ['application/x-ndjson'], maxTokens: MAX_TOKENS },
        },
        schema: {
          operationId: 'ingestLogEvents',
          summary: 'Send many events',
          description: `Up to 5,000 events or 8 MiB, as JSON or as lines of JSON (\`application/x-ndjson\`), also
            compressed by gzip. Each event is judged by itself: the answer names those that were refused, and the others
            are committed.`,
          body: EventBatch,
          response: { 200: BatchVerdict },
        },
        bodyLimit: MAX_BATCH_BYTES,
        preParsing: [ingest.admit],
      },
      ({ actor, body }) => ingest.ingestBody(actor, body),
    );

    http.get(
      '/logging/health',
      {
        config: { access: loggingPermissions.read },
        schema: {
          operationId: 'getLoggingHealth',
          summary: 'Get the health of the ingest',
          description: 'What is under way in the process that answers, and its last error.',
          response: { 200: IngestHealth },
        },
      },
      () => ingest.health(),
    );
  };
}
