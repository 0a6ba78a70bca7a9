import fc from 'fast-check';
import { MAILBOX_KEY } from '#testing/app.ts';
import { fillPath, type Operation, type Schema } from '#testing/api/operations.ts';
import { valid } from '#testing/api/arbitrary.ts';
import { brokenEncodings, hostileHeaders, hostileText, hostileValue, nested } from './hostile.ts';

/** A request as it is sent: nothing is encoded or checked afterwards. */
export interface RawRequest {
  readonly method: Operation['method'];
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly payload: string | null;
}

/** A request in parts: parts of path and query by name, encoded for the URL. */
export interface Parts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Replaces the body, unchanged. */
  readonly payload?: string;
}

/** A form for the row of an id, or of a token. Other routes that take forms are refused whatever is sent to them. */
const TAKES_FORM = /\/files\/(?:\{fileId\}\/content|public\/\{token\}\/files)$/;

export function toRequest(operation: Operation, { params, query, body, headers, payload }: Parts): RawRequest {
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const isForm = TAKES_FORM.test(operation.path);
  const text = payload ?? (isForm ? '--x--' : operation.body === null ? null : JSON.stringify(body));
  return {
    method: operation.method,
    url: fillPath(operation, params) + (search && `?${search}`),
    headers: {
      host: 'localhost',
      ...neededBy(operation),
      ...(text !== null && { 'content-type': isForm ? 'multipart/form-data; boundary=x' : 'application/json' }),
      ...headers,
    },
    payload: text ?? null,
  };
}

/** Headers without which an operation has one answer, whatever is asked. */
function neededBy({ method, path }: Operation): Record<string, string> {
  if (path === '/dev/mailbox') return { 'x-mailbox-key': MAILBOX_KEY };
  if (!path.startsWith('/api/v1/files/uploads')) return {};
  const bytes = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  return { 'tus-resumable': '1.0.0', ...(method === 'PATCH' && bytes) };
}

export function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Requests that fit the operation's schemas. */
export function validParts(operation: Operation, known: readonly string[]): fc.Arbitrary<Parts> {
  const texts = (schemas: Readonly<Record<string, Schema>>) =>
    Object.entries(schemas).map(([name, schema]) => [name, valid(schema, known).map((value) => encode(String(value)))]);
  return fc.record({
    params: fc.record(Object.fromEntries(texts(operation.params))) as fc.Arbitrary<Record<string, string>>,
    query: (
      fc.record(Object.fromEntries(texts(operation.query)), { requiredKeys: [] }) as fc.Arbitrary<
        Record<string, string>
      >
    ).map((query) => Object.entries(query)),
    body: operation.body ? valid(operation.body, known) : fc.constant(null),
    headers: fc.constant({}),
  });
}

/** Requests in which one or a few things are wrong. */
export function hostileParts(operation: Operation, known: readonly string[]): fc.Arbitrary<Parts> {
  const changes = [
    changeHeader,
    ...(Object.keys(operation.params).length > 0 ? [changeParam(operation)] : []),
    changeQuery(operation),
    ...(operation.body ? [changeBody, changePayload] : []),
  ];
  return fc
    .tuple(validParts(operation, known), fc.array(fc.oneof(...changes), { minLength: 1, maxLength: 3 }))
    .map(([parts, chosen]) => chosen.reduce((changed, change) => change(changed), parts));
}

type Change = (parts: Parts) => Parts;

const changeHeader: fc.Arbitrary<Change> = fc
  .oneof(
    ...Object.entries(hostileHeaders).map(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values))),
  )
  .map(([name, value]) => (parts) => ({ ...parts, headers: { ...parts.headers, [name]: value } }));

const inUrl = fc.oneof(hostileText.map(encode), fc.constantFrom(...brokenEncodings));

function changeParam({ params }: Operation): fc.Arbitrary<Change> {
  return fc.tuple(fc.constantFrom(...Object.keys(params)), inUrl).map(([name, value]) => (parts) => ({
    ...parts,
    params: { ...parts.params, [name]: value },
  }));
}

/** Includes names that occur twice, and names that the route does not have. */
function changeQuery({ query }: Operation): fc.Arbitrary<Change> {
  const names = fc.constantFrom(
    '__proto__',
    'constructor',
    'x%00y',
    '',
    '%',
    ...Object.keys(query),
    ...Object.keys(query),
  );
  return fc.tuple(names, inUrl).map(([name, value]) => (parts) => ({
    ...parts,
    query: [...parts.query, [name, value]],
  }));
}

const changeBody: fc.Arbitrary<Change> = fc
  .tuple(fc.nat(), hostileValue, fc.constantFrom('replace', 'drop', 'add', 'whole'))
  .map(([place, value, how]) => (parts) => ({
    ...parts,
    body: how === 'whole' ? value : changeField(parts.body, place, value, how),
  }));

function changeField(body: unknown, place: number, value: unknown, how: string): unknown {
  if (body === null || typeof body !== 'object') return value;
  const keys = Object.keys(body);
  const key = keys[place % Math.max(keys.length, 1)];
  if (how === 'add' || key === undefined) return { ...body, [String(place)]: value };
  const inner = (body as Record<string, unknown>)[key];
  const goesDeeper = place % 3 === 0 && inner !== null && typeof inner === 'object';
  const changed = goesDeeper ? changeField(inner, Math.floor(place / 3), value, how) : value;
  if (Array.isArray(body)) return body.with(keys.indexOf(key), changed);
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));
  return how === 'drop' && !goesDeeper ? rest : { ...rest, [key]: changed };
}

const changePayload: fc.Arbitrary<Change> = fc
  .constantFrom(
    '',
    '{',
    'null',
    '[]',
    '"',
    '\ufeff{}',
    '{"a":1,}',
    '{"__proto__":{}}',
    '{"constructor":{"prototype":{}}}',
    '{"a":1,"a":2}',
    '1e999',
    JSON.stringify({ deep: nested(500) }),
    '['.repeat(100_000) + ']'.repeat(100_000),
    `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  )
  .map((payload) => (parts) => ({ ...parts, payload }));
