/** Of one export, which is one commit. JSON cannot have more, by its tokens; in protobuf a record may have two bytes. */
export const MAX_RECORDS = 50_000;

export type OtlpValue = string | number | boolean | null | readonly OtlpValue[] | { readonly [key: string]: OtlpValue };

/** A log record of OpenTelemetry, however it was encoded. */
export interface OtlpRecord {
  readonly resource: Readonly<Record<string, OtlpValue>>;
  readonly scope: string;
  /** Since 1970; null if the record has no time. */
  readonly timeMs: number | null;
  /** 1 to 24; 0: not given. */
  readonly severity: number;
  readonly severityText: string;
  readonly body: OtlpValue;
  /** Hexadecimal, or empty. */
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
  readonly attributes: Readonly<Record<string, OtlpValue>>;
}

/** Attributes of the semantic conventions that are fields of an event; the first that is there counts. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  requestId: ['request.id', 'http.request.id', 'requestId'],
  tenantId: ['tenant.id', 'tenantId'],
  actorId: ['enduser.id', 'user.id'],
  sessionId: ['session.id'],
  ip: ['client.address', 'http.client_ip', 'net.peer.ip'],
  userAgent: ['user_agent.original', 'http.user_agent'],
  httpMethod: ['http.request.method', 'http.method'],
  httpPath: ['url.path', 'http.target', 'http.route'],
  httpStatusCode: ['http.response.status_code', 'http.status_code'],
  errorCode: ['error.type', 'exception.type'],
};

/** The event that clients would send for the record. */
export function toInput(record: OtlpRecord): Record<string, unknown> {
  const { resource, attributes, body, scope, severity, severityText, eventName } = record;
  const payload: Record<string, unknown> = { ...resource, ...attributes };
  const fields: Record<string, unknown> = {};
  for (const [field, names] of Object.entries(FIELDS)) {
    const name = names.find((each) => payload[each] !== undefined && payload[each] !== null);
    if (name === undefined || typeof payload[name] === 'object') continue;
    fields[field] = payload[name];
    delete payload[name];
  }
  const { 'service.name': service, 'service.instance.id': instance } = payload;
  delete payload['service.name'];
  if (eventName !== '') payload['event.name'] = eventName;
  if (body !== null && typeof body === 'object') payload['body'] = body;
  return {
    ...fields,
    message: toMessage(body, payload, eventName),
    level: severity > 0 ? severity : severityText === '' ? 'info' : severityText,
    ...(record.timeMs !== null && { timestampUtc: record.timeMs }),
    sourceService: service ?? 'unknown',
    sourceModule: scope,
    sourceInstance: instance,
    traceId: record.traceId,
    spanId: record.spanId,
    payload,
  };
}

/** A record without a body has its exception, or its name. */
function toMessage(body: OtlpValue, payload: Readonly<Record<string, unknown>>, eventName: string): string {
  if (body !== null) return typeof body === 'object' ? JSON.stringify(body) : String(body);
  const { 'exception.message': exception } = payload;
  return typeof exception === 'string' ? exception : eventName;
}
