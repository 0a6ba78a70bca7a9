import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { JsonObject, LogEvent } from './contract.ts';

const EXAMPLE = {
  timestampUtc: '2026-11-23T08:00:00.000Z',
  level: 'error',
  message: 'پرداخت سفارش ۱۲ انجام نشد: timeout',
  sourceService: 'shop',
  traceId: '5b8efff798038103d269b633813fc60c',
  tags: ['checkout'],
  payload: { orderId: 12 },
};
const Word = Type.Optional(Nullable(Type.String()));

/** An event as clients send it. Fields that it does not have go into the payload. */
export const NewLogEvent = Type.Object(
  {
    message: Type.String({ description: 'Longer than 16,384 characters: cut, with a mark' }),
    level: Type.Optional(
      Type.Unsafe<string | number>({
        type: ['string', 'number'],
        description:
          'trace, debug, info, warn, error, fatal, or as other programs name or number them; `info` by default',
      }),
    ),
    timestampUtc: Type.Optional(
      Type.Unsafe<string | number>({
        type: ['string', 'number'],
        description:
          'RFC 3339, or seconds, milliseconds, micro- or nanoseconds since 1970; by default the time of receipt',
      }),
    ),
    sourceService: Word,
    sourceModule: Word,
    sourceInstance: Word,
    traceId: Word,
    spanId: Word,
    requestId: Word,
    tenantId: Word,
    actorType: Word,
    actorId: Word,
    outcome: Word,
    sessionId: Word,
    ip: Word,
    userAgent: Word,
    deviceInfo: Type.Optional(Type.Unsafe<unknown>({ description: 'Text, or an object' })),
    httpMethod: Word,
    httpPath: Word,
    httpStatusCode: Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 0, maximum: 999 })),
    errorCode: Word,
    errorStackHash: Word,
    tags: Type.Optional(Type.Array(Type.String())),
    payload: Type.Optional(Type.With(JsonObject, { description: 'At most 64 KiB' })),
  },
  { title: 'NewLogEvent', additionalProperties: true, examples: [EXAMPLE] },
);
export type NewLogEvent = Static<typeof NewLogEvent>;

export const MAX_EVENTS = 5000;

export const EventBatch = Type.Object(
  {
    events: Type.Unsafe<unknown[]>({
      type: 'array',
      maxItems: MAX_EVENTS,
      description: 'Each like the body of `POST /logging/events`; each is judged by itself',
    }),
  },
  { title: 'EventBatch', examples: [{ events: [EXAMPLE] }] },
);

/** What would be stored, without what the server adds. */
export const TransformedEvent = Type.Omit(LogEvent, ['id', 'receivedAt', 'checksum'], { title: 'TransformedEvent' });

const Fault = Type.Object({
  path: Type.String({ description: 'JSON pointer', examples: ['/level'] }),
  code: Type.String({ examples: ['enum'] }),
  message: Type.String({ examples: ['must be one of trace, debug, info, warn, error, fatal'] }),
});

export const EventVerdict = Type.Object(
  { isValid: Type.Boolean({ examples: [true] }), errors: Type.Array(Fault) },
  { title: 'EventVerdict' },
);

export const IngestedEvent = Type.Object({ id: Id }, { title: 'IngestedEvent' });

export const BatchVerdict = Type.Object(
  {
    accepted: Type.Array(Type.Object({ index: Type.Integer(), id: Id })),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({ description: 'Place in the batch, from 0' }),
        code: Type.String({ examples: ['logging.event_invalid'] }),
        message: Type.String({ examples: ['/message is required'] }),
      }),
    ),
  },
  { title: 'BatchVerdict' },
);
export type BatchVerdict = Static<typeof BatchVerdict>;

/** With what a check of its checksum found. */
export const CheckedEvent = Type.Object(
  {
    ...LogEvent.properties,
    integrity: Type.With(OneOf('unchecked', 'valid', 'corrupted'), {
      description: '`unchecked`, unless `recalculateIntegrity` was asked for or it was found corrupted before',
    }),
  },
  { title: 'CheckedEvent' },
);

export const CorruptedQuery = Type.Object({
  recalculate: Type.Optional(
    Type.Boolean({
      description: 'Reads the next 5,000 events and compares them; else what was found before is listed',
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 64, description: '`nextCursor` of the answer before' })),
});

export const CorruptedEvents = Type.Object(
  {
    items: Type.Array(Type.Object({ id: Id, foundAt: Instant })),
    checked: Type.Integer({ description: 'Events that were read and compared', examples: [5000] }),
    nextCursor: Nullable(Type.String({ examples: [null] })),
  },
  { title: 'CorruptedEvents' },
);

export const IngestHealth = Type.Object(
  {
    status: OneOf('healthy', 'degraded'),
    bytesInFlight: Type.Integer(),
    maxBytesInFlight: Type.Integer(),
    lastCommitAt: Nullable(Instant),
    lastError: Nullable(Type.String({ examples: [null] })),
  },
  { title: 'IngestHealth' },
);
