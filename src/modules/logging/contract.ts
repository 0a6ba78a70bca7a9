import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { OnDenied } from '#platform/http/port.ts';

/** In rising order; their place is the number in the database. */
export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export const Level = OneOf(...levels);
export type Level = Static<typeof Level>;

/** Any JSON object. */
export const JsonObject = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });

const Text = Nullable(Type.String({ examples: [null] }));

/** An event as it is stored: normalised, and without secrets. */
export const LogEvent = Type.Object(
  {
    id: Id,
    receivedAt: Instant,
    timestampUtc: Instant,
    level: Type.With(Level, { examples: ['error'] }),
    message: Type.String({ examples: ['پرداخت سفارش ۱۲ انجام نشد: timeout'] }),
    sourceService: Type.String({ examples: ['shop'] }),
    sourceModule: Type.With(Text, { examples: ['payments'] }),
    sourceInstance: Type.With(Text, { description: 'The process that wrote it', examples: ['shop-7f9c'] }),
    traceId: Type.With(Text, { examples: ['5b8efff798038103d269b633813fc60c'] }),
    spanId: Text,
    requestId: Text,
    tenantId: Text,
    actorType: Text,
    actorId: Text,
    outcome: Type.With(Text, { examples: ['failure'] }),
    sessionId: Text,
    ip: Text,
    userAgent: Text,
    deviceInfo: Text,
    httpMethod: Type.With(Text, { examples: ['POST'] }),
    httpPath: Type.With(Text, { examples: ['/api/v1/orders'] }),
    httpStatusCode: Nullable(Type.Integer({ examples: [502] })),
    errorCode: Type.With(Text, { examples: ['ETIMEDOUT'] }),
    errorStackHash: Text,
    tags: Type.Array(Type.String(), { examples: [['checkout']] }),
    payload: Type.With(JsonObject, { examples: [{ orderId: 12 }] }),
    pattern: Type.String({
      description: 'The message with numbers, ids and quoted values replaced',
      examples: ['پرداخت سفارش <n> انجام نشد: timeout'],
    }),
    fingerprint: Type.String({ description: 'The same for events of one kind', examples: ['9f86d081884c7d65'] }),
    checksum: Type.String({
      description: 'HMAC-SHA-256 over the event, hexadecimal',
      examples: ['b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c'],
    }),
  },
  { title: 'LogEvent' },
);
export type LogEvent = Static<typeof LogEvent>;

export const Severity = OneOf('low', 'medium', 'high', 'critical');
type Severity = Static<typeof Severity>;

export const loggingPermissions = {
  write: definePermission('logging.events.write', 'Send log events'),
  read: definePermission('logging.events.read', 'Search log events'),
  delete: definePermission('logging.events.delete', 'Delete log events'),
  alerts: definePermission('logging.alerts.manage', 'Manage alert rules, incidents and silences'),
  access: definePermission('logging.access.manage', 'Manage who may use logging'),
};

export const loggingErrors = {
  eventNotFound: defineError('logging.event_not_found', 404, 'No such event'),
  eventInvalid: defineError('logging.event_invalid', 400, 'The event cannot be stored'),
  batchTooLarge: defineError('logging.batch_too_large', 413, 'The batch has too many events'),
  ingestBusy: defineError('logging.ingest_busy', 429, 'More events arrive than can be stored'),
  ingestAway: defineError('logging.ingest_away', 503, 'Events cannot be stored just now'),
  archiveAway: defineError('logging.archive_away', 503, 'Older events cannot be read just now'),
  queryInvalid: defineError('logging.query_invalid', 400, 'The query cannot be read'),
  queryTooWide: defineError('logging.query_too_wide', 400, 'Too many words contain this part of a word'),
  ruleNotFound: defineError('logging.rule_not_found', 404, 'No such rule'),
  tooManyRules: defineError('logging.too_many_rules', 409, 'There are as many rules as there may be'),
  ruleInvalid: defineError('logging.rule_invalid', 400, 'The rule can never match'),
  incidentNotFound: defineError('logging.incident_not_found', 404, 'No such incident'),
  incidentResolved: defineError('logging.incident_resolved', 409, 'The incident is resolved'),
  silenceNotFound: defineError('logging.silence_not_found', 404, 'No such silence'),
  silenceInvalid: defineError('logging.silence_invalid', 400, 'The silence is not valid'),
  notLogging: defineError('logging.not_logging', 400, 'Only permissions of logging can be given here'),
};

const IncidentRef = Type.Object({ incidentId: Type.String(), ruleId: Nullable(Type.String()) });

export const loggingEvents = {
  incidentOpened: defineEvent('logging.incident_opened', 1, 'incidentId', IncidentRef),
  incidentResolved: defineEvent('logging.incident_resolved', 1, 'incidentId', IncidentRef),
};

/** One open incident for each key. Both are part of the caller's unit. */
export interface OperationalIncidents {
  /** Notifies people; one that is open is raised, and its severity and texts stay. */
  open(unit: AnyUnit, incident: OperationalIncident): Promise<void>;
  /** Nothing happens when none is open. */
  resolve(unit: AnyUnit, key: string): Promise<void>;
}

export interface OperationalIncident {
  readonly key: string;
  readonly title: string;
  readonly details: string;
  readonly severity: Severity;
  /** A page of the manual: what it means, and what to do. */
  readonly runbook: string;
  /** One that is open notifies again, also those who have acknowledged it. */
  readonly hasGrown?: boolean;
}

/** What the program itself and other modules call. */
export interface LoggingApi {
  /** For what other modules watch. */
  readonly incidents: OperationalIncidents;
  /** From now on the log lines of this process are stored. Once, at start. */
  start(): void;
  /** Before the database is closed. */
  stop(): void;
  /** Stores it as an event, soon. */
  readonly noteDenied: OnDenied;
}
