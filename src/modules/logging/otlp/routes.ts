import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { MAX_BATCH_BYTES } from '../ingest/bytes-in-flight.ts';
import { AWAY_RETRY_SECONDS } from '../ingest/group-commit.ts';
import type { IngestService } from '../ingest/service.ts';
import { JsonObject, loggingErrors, loggingPermissions } from '../contract.ts';
import { writeAnswer } from './protobuf.ts';
import type { OtlpService, PartialSuccess } from './service.ts';

const PROTOBUF = 'application/x-protobuf';
const MAX_TOKENS = 500_000;

const OtlpLogs = Type.Object(
  { resourceLogs: Type.Optional(Type.Unsafe<unknown[]>({ type: 'array' })) },
  {
    title: 'OtlpLogs',
    additionalProperties: true,
    examples: [
      {
        resourceLogs: [
          { scopeLogs: [{ logRecords: [{ timeUnixNano: '1795420800000000000', body: { stringValue: 'started' } }] }] },
        ],
      },
    ],
  },
);

export function otlpRoutes(otlp: OtlpService, { admit }: Pick<IngestService, 'admit'>): Routes {
  return async (http) => {
    http.post(
      '/v1/logs',
      {
        config: {
          access: loggingPermissions.write,
          errors: [loggingErrors.ingestBusy, loggingErrors.ingestAway, loggingErrors.batchTooLarge],
          isUncounted: true,
          // Exporters count their attempts: two seconds each would use them up while PostgreSQL restarts.
          minRetrySeconds: AWAY_RETRY_SECONDS,
          idempotency: 'refused',
          batch: { types: [PROTOBUF], maxTokens: MAX_TOKENS },
        },
        schema: {
          tags: ['logging'],
          operationId: 'exportOtlpLogs',
          summary: 'Receive logs of OpenTelemetry',
          description: `OTLP/HTTP, in protobuf and in JSON, also compressed by gzip: the address of a log exporter.
            Up to 50,000 records or 8 MiB. Answers when all records are committed, in one transaction; 429 and 503 say when to try again.`,
          body: OtlpLogs,
          response: { 200: Type.Object({ partialSuccess: Type.Optional(JsonObject) }, { title: 'OtlpAnswer' }) },
        },
        bodyLimit: MAX_BATCH_BYTES,
        preParsing: [admit],
      },
      async (request, reply) => answer(request, reply, await otlp.take(request.actor, request.body)),
    );
  };
}

/** In the form of the request. */
function answer({ body }: FastifyRequest, reply: FastifyReply, { rejectedLogRecords, errorMessage }: PartialSuccess) {
  if (Buffer.isBuffer(body)) return reply.type(PROTOBUF).send(writeAnswer(rejectedLogRecords, errorMessage));
  return reply.send(rejectedLogRecords > 0 ? { partialSuccess: { rejectedLogRecords, errorMessage } } : {});
}
