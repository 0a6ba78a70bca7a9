import type { OtlpRecord, OtlpValue } from './records.ts';

/** Reads the JSON form of `ExportLogsServiceRequest`. What has the wrong type counts as left out. */
export function readJsonLogs(body: unknown): OtlpRecord[] {
  return listOf(body, 'resourceLogs').flatMap((resourceLogs) => {
    const resource = toAttributes(memberOf(memberOf(resourceLogs, 'resource'), 'attributes'));
    return listOf(resourceLogs, 'scopeLogs').flatMap((scopeLogs) => {
      const scope = textOf(memberOf(scopeLogs, 'scope'), 'name');
      return listOf(scopeLogs, 'logRecords').map((record) => toRecord(record, resource, scope));
    });
  });
}

function toRecord(record: unknown, resource: OtlpRecord['resource'], scope: string): OtlpRecord {
  const ns = toNanoseconds(memberOf(record, 'timeUnixNano')) || toNanoseconds(memberOf(record, 'observedTimeUnixNano'));
  const severity = memberOf(record, 'severityNumber');
  return {
    resource,
    scope,
    timeMs: ns === 0n ? null : Number(ns / 1_000_000n),
    severity: typeof severity === 'number' ? severity : 0,
    severityText: textOf(record, 'severityText'),
    body: toValue(memberOf(record, 'body')),
    traceId: idOf(record, 'traceId'),
    spanId: idOf(record, 'spanId'),
    eventName: textOf(record, 'eventName'),
    attributes: toAttributes(memberOf(record, 'attributes')),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}

function textOf(value: unknown, name: string): string {
  const text = memberOf(value, name);
  return typeof text === 'string' ? text : '';
}

/** Hexadecimal in lower case. What is no id stays: in lower case a secret would not be seen as one. */
function idOf(value: unknown, name: string): string {
  const text = textOf(value, name);
  return /^[\da-f]+$/i.test(text) ? text.toLowerCase() : text;
}

function toNanoseconds(value: unknown): bigint {
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value));
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n;
}

function toAttributes(value: unknown): Record<string, OtlpValue> {
  const pairs = Array.isArray(value) ? value : [];
  return Object.fromEntries(pairs.map((pair) => [textOf(pair, 'key'), toValue(memberOf(pair, 'value'))]));
}

function toValue(value: unknown): OtlpValue {
  const [kind, inner] = value !== null && typeof value === 'object' ? (Object.entries(value)[0] ?? []) : [];
  if (kind === 'stringValue' || kind === 'bytesValue') return String(inner);
  if (kind === 'boolValue') return inner === true;
  if (kind === 'intValue') return Number.isSafeInteger(Number(inner)) ? Number(inner) : String(inner);
  if (kind === 'doubleValue') return Number(inner);
  if (kind === 'arrayValue') return listOf(inner, 'values').map(toValue);
  return kind === 'kvlistValue' ? toAttributes(memberOf(inner, 'values')) : null;
}
