import type { FieldError } from '#kernel/problem.ts';
import { levels, type Level, type LogEvent } from '../contract.ts';
import { toFingerprint, toPattern } from './pattern.ts';
import type { Redact } from '#kernel/redaction/redact.ts';

const MAX_PAYLOAD_BYTES = 64 * 1024;
const MAX_MESSAGE = 16_384; // UTF-16 units
const LOOKED_AT = 8192; // UTF-16 units behind the end, so that a secret across it is seen whole
const MAX_TAGS = 50;
const MAX_DEPTH = 32;
const DAY_MS = 86_400_000;
export const CUT_MARK = '…[cut]';
const CONTROL_MARK = '\ufffd';
// oxlint-disable-next-line no-control-regex -- they are what is replaced
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+/g;

/** Text fields and how long they may be; longer values are cut. */
const TEXTS = {
  sourceService: 128,
  sourceModule: 128,
  sourceInstance: 200,
  traceId: 64,
  spanId: 32,
  requestId: 128,
  tenantId: 128,
  actorType: 64,
  actorId: 200,
  outcome: 64,
  sessionId: 200,
  ip: 64,
  userAgent: 512,
  httpMethod: 16,
  httpPath: 2048,
  errorCode: 128,
  errorStackHash: 128,
} as const;
type TextField = keyof typeof TEXTS;
const KNOWN = new Set([
  ...Object.keys(TEXTS),
  ...'timestampUtc level message deviceInfo httpStatusCode tags payload'.split(' '),
]);

/** What programs call levels. Numbers: of pino (10 to 60), and severities of OpenTelemetry (1 to 24). */
const LEVEL_NAMES: Readonly<Record<string, Level>> = {
  trace: 'trace', verbose: 'trace', silly: 'trace', finest: 'trace', finer: 'trace', all: 'trace',
  debug: 'debug', fine: 'debug', dbg: 'debug',
  info: 'info', information: 'info', informational: 'info', notice: 'info', log: 'info', inf: 'info', config: 'info',
  warn: 'warn', warning: 'warn', wrn: 'warn',
  error: 'error', err: 'error', severe: 'error', failure: 'error',
  fatal: 'fatal', critical: 'fatal', crit: 'fatal', panic: 'fatal', emergency: 'fatal', emerg: 'fatal', alert: 'fatal',
}; // prettier-ignore

/** An event without what the server adds when it stores it. */
export type NormalEvent = Omit<LogEvent, 'id' | 'receivedAt' | 'checksum'> & {
  /** The payload as JSON: stored, and covered by the checksum, byte by byte. */
  readonly payloadText: string;
};

export type Normalised = { readonly event: NormalEvent } | { readonly fault: FieldError };

/**
 * The event that is stored for what a client has sent: levels and times in one form, unknown fields in the payload,
 * control characters and over-long values cut with a mark, secrets removed. Or the field because of which it is refused.
 */
export function normalise(input: unknown, receivedAt: Date, redact: Redact): Normalised {
  if (input === null || typeof input !== 'object' || Array.isArray(input))
    return fault('', 'type', 'must be an object');
  const given = input as Readonly<Record<string, unknown>>;
  const { message, tags } = given;
  if (typeof message !== 'string') {
    const isMissing = message === undefined;
    return fault('/message', isMissing ? 'required' : 'type', isMissing ? 'is required' : 'must be text');
  }
  const level = toLevel(given['level']);
  if (level === null) return fault('/level', 'enum', `must be one of ${levels.join(', ')}`);
  const time = toTime(given['timestampUtc'], receivedAt);
  if (time === null) return fault('/timestampUtc', 'format', 'must be an instant (RFC 3339), or a number since 1970');
  const status = toStatus(given['httpStatusCode']);
  if (status === undefined) return fault('/httpStatusCode', 'type', 'must be an integer from 0 to 999');
  if (!isTexts(tags)) return fault('/tags', 'type', 'must be a list of texts');
  const texts = {} as Record<TextField, string | null>;
  for (const [name, max] of Object.entries(TEXTS) as [TextField, number][]) {
    const text = toText(given[name]);
    if (text === undefined) return fault(`/${name}`, 'type', 'must be text');
    texts[name] = text === null ? null : toSafe(text, max, redact);
  }
  const payload = toPayload(given, redact);
  if (payload === null) return fault('/payload', 'type', 'must be an object, at most 32 levels deep');
  const payloadText = JSON.stringify(payload);
  if (Buffer.byteLength(payloadText) > MAX_PAYLOAD_BYTES) return fault('/payload', 'maxLength', 'may have 64 KiB');

  const sourceService = texts.sourceService ?? 'unknown';
  const safe = toSafe(message, MAX_MESSAGE, redact);
  const pattern = toPattern(safe);
  const { errorCode, errorStackHash } = texts;
  return {
    event: {
      ...texts,
      timestampUtc: time,
      level,
      message: safe,
      sourceService,
      sourceInstance: texts.sourceInstance ?? instanceOf(payload),
      httpStatusCode: status,
      deviceInfo: toDevice(given['deviceInfo'], redact),
      tags: [...new Set((tags ?? []).slice(0, MAX_TAGS).map((tag) => toSafe(tag, 100, redact)))],
      payload,
      payloadText,
      pattern,
      fingerprint: toFingerprint([sourceService, level, errorStackHash ?? pattern, errorCode]),
    },
  };
}

function fault(path: string, code: string, message: string): Normalised {
  return { fault: { path, code, message } };
}

/** Null for what is no level; `info` for none. */
function toLevel(value: unknown): Level | null {
  if (value === undefined || value === null) return 'info';
  if (typeof value === 'string')
    return LEVEL_NAMES[value.trim().toLowerCase()] ?? (/^\d{1,2}$/.test(value) ? toLevel(Number(value)) : null);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) return null;
  if (value >= 10 && value % 10 === 0 && value <= 60) return levels[value / 10 - 1] ?? null;
  return value <= 24 ? (levels[Math.floor((value - 1) / 4)] ?? null) : null;
}

/**
 * Null for what is no time. A time that is more than a day ahead of the receipt cannot be right: then it is that of the
 * receipt.
 */
function toTime(value: unknown, receivedAt: Date): string | null {
  if (value === undefined || value === null) return receivedAt.toISOString();
  const ms = typeof value === 'number' ? toMilliseconds(value) : parseTime(value);
  if (!Number.isFinite(ms) || ms < 0) return null;
  return new Date(ms > receivedAt.getTime() + DAY_MS ? receivedAt.getTime() : Math.floor(ms)).toISOString();
}

function parseTime(value: unknown): number {
  if (typeof value !== 'string') return NaN;
  if (/^\d{9,19}(?:\.\d+)?$/.test(value)) return toMilliseconds(Number(value));
  const isInstant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)?$/i.test(value);
  if (!isInstant) return NaN;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value);
  return Date.parse(`${value.replace(' ', 'T').replace(',', '.').replace(' ', '')}${hasZone ? '' : 'Z'}`);
}

/** Seconds, milliseconds, micro- or nanoseconds since 1970, told apart by their size. */
function toMilliseconds(value: number): number {
  if (value < 1e11) return value * 1000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
}

/** Undefined for what is no status. */
function toStatus(value: unknown): number | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  const status = typeof value === 'string' ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 0 && status <= 999 ? status : undefined;
}

function isTexts(value: unknown): value is readonly string[] | null | undefined {
  return (
    value === undefined || value === null || (Array.isArray(value) && value.every((each) => typeof each === 'string'))
  );
}

/** Undefined for what is no text. */
function toText(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function toDevice(value: unknown, redact: Redact): string | null {
  if (value === undefined || value === null || value === '') return null;
  return toSafe(typeof value === 'string' ? value : JSON.stringify(redact.field('deviceInfo', value)), 1024, redact);
}

/** Redacted before it is cut: of half a secret nobody could tell that it is one. */
function toSafe(text: string, max: number, redact: Redact): string {
  const looked = text.length > max + LOOKED_AT ? text.slice(0, max + LOOKED_AT) : text;
  const safe = redact.text(clean(looked));
  if (safe.length <= max && looked === text) return safe;
  return `${safe.slice(0, max).toWellFormed()}${CUT_MARK}`;
}

/** Without what cannot be stored or shown; line ends and tabs stay. */
function clean(text: string): string {
  return text.search(CONTROLS) === -1 && text.isWellFormed()
    ? text
    : text.toWellFormed().replace(CONTROLS, CONTROL_MARK);
}

function cut(text: string, max: number): string {
  return clean(text.length > max ? `${text.slice(0, max)}${CUT_MARK}` : text);
}

/** The payload with all fields that the event does not have; null for one that cannot be stored. */
function toPayload(given: Readonly<Record<string, unknown>>, redact: Redact): Record<string, unknown> | null {
  const { payload = null } = given;
  if (payload !== null && (typeof payload !== 'object' || Array.isArray(payload))) return null;
  const all = Object.create(null) as Record<string, unknown>; // `__proto__` too is only a name
  const others = Object.entries(given).filter(([name]) => !KNOWN.has(name));
  for (const [name, value] of [...Object.entries(payload ?? {}), ...others]) {
    if (value === undefined) continue;
    const taken = Object.hasOwn(all, name) ? `_${name}` : name;
    const inner = cleanInside(value, MAX_DEPTH);
    if (inner === undefined) return null;
    all[cut(taken, 200)] = inner;
  }
  return redact.fields(all);
}

/** Undefined for what is nested too deeply. */
function cleanInside(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value, MAX_PAYLOAD_BYTES);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value === null || typeof value !== 'object') return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) {
    const inner = value.map((each) => cleanInside(each ?? null, depth - 1));
    return inner.includes(undefined) ? undefined : inner;
  }
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => [cut(name, 200), cleanInside(each, depth - 1)] as const);
  return entries.some(([, each]) => each === undefined) ? undefined : Object.fromEntries(entries);
}

/** As OpenTelemetry and common loggers name the process. */
function instanceOf(payload: Readonly<Record<string, unknown>>): string | null {
  const {
    'service.instance.id': otel, instance, 'host.name': host, hostname,
  } = payload; // prettier-ignore
  const found = [otel, instance, host, hostname].find((each) => typeof each === 'string' && each !== '');
  return typeof found === 'string' ? found.slice(0, TEXTS.sourceInstance) : null;
}
