import { Type, type Static } from 'typebox';
import { Page, PageQuery } from '#kernel/page.ts';
import { Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Level, LogEvent } from '../contract.ts';

const Text = (description: string, maxLength = 200) => Type.Optional(Type.String({ maxLength, description }));

const filters = {
  level: Type.Optional(Type.With(Level, { description: 'Only events of this level.' })),
  minimumLevel: Type.Optional(Type.With(Level, { description: 'Only events of this level or a higher one.' })),
  from: Type.Optional(Type.With(Instant, { description: 'Only events of this time or later.' })),
  to: Type.Optional(Type.With(Instant, { description: 'Only events before this time.' })),
  service: Text('Only events of this service.'),
  module: Text('Only events of this module of a service.'),
  outcome: Text('Only events with this outcome.'),
  actorId: Text('Only events of this actor.'),
  traceId: Text('Only events of this trace.'),
  text: Text(
    'Words that must all occur, in any order; words in quotes, one after the other. `*part*` is a part of a word.',
    500,
  ),
  query: Text(
    'Such as `level:error service:api "time out" status>=500 -path:/health (a OR b) payload.orderId:12 word* *part*`.',
    1000,
  ),
};

const Filter = Type.Object(filters);
export type EventFilter = Static<typeof Filter>;

export const EventQuery = Type.Object({
  ...PageQuery.properties,
  ...filters,
  sortBy: Type.Optional(
    Type.With(OneOf('timestampUtc'), { description: 'Order of the list, `timestampUtc` by default.' }),
  ),
  sortOrder: Type.Optional(Type.With(OneOf('asc', 'desc'), { description: 'Direction, `desc` by default.' })),
});
export type EventQuery = Static<typeof EventQuery>;

const Scanned = Type.Object(
  {
    partitions: Type.Integer({ description: 'Days of receipt that were searched' }),
    rows: Type.Integer({ description: 'Events of the time that was searched' }),
  },
  { title: 'ScannedEvents' },
);

export const EventPage = Type.Object({
  ...Page(LogEvent).properties,
  complete: Type.Boolean({
    description:
      'False when the search ended within its budget of time or rows, so that `nextCursor` goes on; also while the store of older events does not answer',
    examples: [true],
  }),
  scanned: Scanned,
});

export const facetFields = [
  'level', 'service', 'module', 'outcome', 'instance', 'httpMethod', 'httpPath', 'httpStatusCode', 'errorCode', 'actorId',
  'tenantId', 'pattern', 'fingerprint',
] as const; // prettier-ignore
export const FacetQuery = Type.Object({
  ...filters,
  field: Type.Optional(
    Type.With(OneOf(...facetFields), { description: 'Whose values are counted, `service` by default.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'How many values, 10 by default.' })),
});
export type FacetQuery = Static<typeof FacetQuery>;

const sampling = {
  sampled: Type.Boolean({ description: 'True when more matched than are counted: the newest were', examples: [false] }),
  fraction: Type.Number({ description: 'Of the events of that time, how many were looked at', examples: [1] }),
  complete: Type.Boolean({
    description: 'False when the counting ended within its budget of time or matches',
    examples: [true],
  }),
  scanned: Scanned,
};

export const Facet = Type.Object(
  {
    field: Type.String({ examples: ['service'] }),
    values: Type.Array(Type.Object({ value: Nullable(Type.String({ examples: ['shop'] })), count: Type.Integer() })),
    ...sampling,
  },
  { title: 'LogFacet' },
);
export type Facet = Static<typeof Facet>;

export const HistogramQuery = Type.Object({
  ...filters,
  buckets: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, description: 'About how many bars, 60 by default.' }),
  ),
});
export type HistogramQuery = Static<typeof HistogramQuery>;

export const Histogram = Type.Object(
  {
    bucketSeconds: Type.Integer({ examples: [60] }),
    totalCount: Type.Integer(),
    buckets: Type.Array(Type.Object({ from: Instant, count: Type.Integer() }), {
      description: 'Those with events, oldest first',
    }),
    ...sampling,
  },
  { title: 'LogHistogram' },
);
export type Histogram = Static<typeof Histogram>;

export const ContextQuery = Type.Object({
  before: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Events before it, 10 by default.' })),
  after: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Events after it, 10 by default.' })),
});
export type ContextQuery = Static<typeof ContextQuery>;

export const EventContext = Type.Object(
  {
    before: Type.Array(LogEvent),
    event: LogEvent,
    after: Type.Array(LogEvent),
    complete: Type.Boolean({
      description: 'False when the search ended within its budget of time, so that there may be more',
      examples: [true],
    }),
    scanned: Scanned,
  },
  { title: 'LogContext', description: 'All oldest first.' },
);

export const TailQuery = Type.Omit(Filter, ['from', 'to']);
export type TailQuery = Static<typeof TailQuery>;
