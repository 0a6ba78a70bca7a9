import { levels, type Level } from '../contract.ts';

/** Names of fields in queries, and their columns. */
export const COLUMNS: Readonly<Record<string, string>> = {
  service: 'source_service', sourceService: 'source_service', module: 'source_module', sourceModule: 'source_module',
  instance: 'source_instance', trace: 'trace_id', traceId: 'trace_id', span: 'span_id', spanId: 'span_id',
  request: 'request_id', requestId: 'request_id', tenant: 'tenant_id', tenantId: 'tenant_id', actor: 'actor_id',
  actorId: 'actor_id', actorType: 'actor_type', outcome: 'outcome', session: 'session_id', sessionId: 'session_id',
  ip: 'ip', method: 'http_method', httpMethod: 'http_method', error: 'error_code', errorCode: 'error_code',
  fingerprint: 'fingerprint', pattern: 'pattern',
}; // prettier-ignore
export const PATHS = new Set(['path', 'httpPath']);
export const STATUSES = new Set(['status', 'httpStatusCode']);

export const isField = (name: string) =>
  Object.hasOwn(COLUMNS, name) || PATHS.has(name) || STATUSES.has(name) || name === 'level' || name === 'tag' || name.startsWith('payload.'); // prettier-ignore

/** NaN for what is no level. */
export function toLevel(value: string): number {
  const place = levels.indexOf(value.toLowerCase() as Level);
  return place === -1 ? NaN : place + 1;
}

/** NaN for what is no status. */
export function toStatus(value: string): number {
  return /^\d{1,3}$/.test(value) ? Number(value) : NaN;
}
