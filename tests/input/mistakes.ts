import type { Operation, Schema } from '#testing/api/operations.ts';
import { fits, sampleOf } from '#testing/api/arbitrary.ts';
import { encode, type Parts } from './requests.ts';

const OVER_THE_LIMIT = 11 * 1024 * 1024;
const UNKNOWN_ID = '01900000-0000-7000-8000-00000000dead';

/** Files are uploaded by forms or as bytes, and mail programs send forms to unsubscribe (RFC 8058). */
const TAKES_NO_JSON =
  /\/unsubscribe$|\/files(?:\/scan|\/uploads(?:\/\{uploadId\})?|\/\{fileId\}\/content|\/public\/\{token\}\/files)?$/;

/** A word, which an empty list answers that nothing has. */
const WORDS = /\/files\/tags\/\{tag\}$/;

/** A request with one mistake, and the refusal that it must get. */
export interface Mistake {
  readonly name: string;
  readonly parts: Parts;
  readonly status: number;
  readonly code: string | RegExp;
  /** JSON pointer to the wrong field; null if no field is wrong. */
  readonly path: string | null;
}

/** Every mistake that is possible with the schemas of an operation. */
export function mistakesIn(operation: Operation): Mistake[] {
  const right = rightParts(operation);
  return [
    ...paramMistakes(operation, right),
    ...queryMistakes(operation, right),
    ...(operation.body ? bodyMistakes(operation.body, right) : []),
    ...(operation.method === 'GET' || TAKES_NO_JSON.test(operation.path) ? [] : payloadMistakes(right)),
  ];
}

/** A request without a mistake, for ids that do not exist. */
export function rightParts(operation: Operation): Parts {
  return {
    params: Object.fromEntries(Object.keys(operation.params).map((name) => [name, UNKNOWN_ID])),
    query: [],
    body: operation.body && sampleOf(operation.body),
    headers: {},
  };
}

const invalid = { status: 400, code: 'http.invalid' };

function paramMistakes({ path, params }: Operation, right: Parts): Mistake[] {
  const names = Object.keys(params);
  const unknown = { name: 'unknown id', parts: right, status: 404, code: /(?:not_found|link_invalid)$/, path: null };
  return [
    ...(names.length > 0 && !WORDS.test(path) ? [unknown] : []),
    ...names.flatMap((name) =>
      textMistakes(params[name] ?? {}).map(({ name: what, value }) => ({
        name: `${what} in {${name}}`,
        parts: { ...right, params: { ...right.params, [name]: encode(value) } },
        path: `/${name}`,
        ...invalid,
      })),
    ),
  ];
}

function queryMistakes({ query }: Operation, right: Parts): Mistake[] {
  const names = Object.keys(query);
  const mistake = (name: string, what: string, ...values: string[]): Mistake => ({
    name: `${what} in ?${name}`,
    parts: { ...right, query: values.map((value) => [name, value]) },
    path: `/${name}`,
    ...invalid,
  });
  return [
    ...(names.length > 0 ? [mistake('unheardOf', 'unknown parameter', 'x')] : []),
    ...names.map((name) => mistake(name, 'two values', '1', '2')),
    ...names.flatMap((name) =>
      textMistakes(query[name] ?? {}).map(({ name: what, value }) => mistake(name, what, encode(value))),
    ),
  ];
}

function textMistakes(schema: Schema): { name: string; value: string }[] {
  const { type, format, enum: words, maxLength } = schema;
  const isText = type === 'string';
  return [
    ...(isText && !format && !words ? [] : [{ name: 'wrong type', value: 'no such value' }]),
    ...(isText ? [{ name: 'null byte', value: 'a\0b' }] : []),
    ...(maxLength ? [{ name: 'too long', value: 'x'.repeat(maxLength + 1) }] : []),
  ];
}

function bodyMistakes(schema: Schema, right: Parts): Mistake[] {
  const body = right.body as Record<string, unknown>;
  const properties = Object.entries<Schema>(schema['properties']);
  const required = ((schema['required'] as string[] | undefined) ?? []).filter(
    (name) => schema['properties'][name].default === undefined,
  );
  const mistake = (name: string, wrong: unknown, path: string): Mistake => ({
    name,
    parts: { ...right, body: wrong },
    path,
    ...invalid,
  });
  return [
    mistake('array for an object', [body], ''),
    ...(schema['additionalProperties'] === false // AuthZEN demands that they are ignored
      ? [
          mistake('unknown field', { ...body, unknownField: 1 }, '/unknownField'),
          mistake('own prototype', { ...body, constructor: 1 }, '/constructor'),
        ]
      : []),
    ...required.map((name) => mistake(`missing ${name}`, without(body, name), `/${name}`)),
    ...properties.flatMap(([name, inner]) =>
      wrongValues(inner).map(({ what, value, at = '' }) =>
        mistake(`${what} in ${name}`, { ...body, [name]: value }, `/${name}${at}`),
      ),
    ),
  ];
}

/** `at` is the JSON pointer to the mistake inside the value. */
function wrongValues(schema: Schema): { what: string; value: unknown; at?: string }[] {
  const { maxLength, maxItems, items } = schema;
  const wrongTypes = [null, 5, 'no such value', ['x'], { x: 1 }, true].filter((value) => !fits(schema, value));
  const isText = [schema['type']].flat().includes('string');
  const inner: Schema | undefined = items;
  return [
    ...wrongTypes
      .slice(0, 3)
      .map((value) => ({ what: `${JSON.stringify(value)} of a wrong type`, value, ...place(schema, value) })),
    ...(isText
      ? [
          { what: 'null byte', value: 'a\0bcdefghijklm' },
          { what: 'half a character', value: '\ud800bcdefghijklm' },
        ]
      : []),
    ...(maxLength
      ? [
          { what: 'too long', value: 'x'.repeat(maxLength + 1) },
          { what: 'far too long', value: `${'x'.repeat(Math.max(50_000, maxLength + 1))}\u0001` },
        ]
      : []),
    ...(maxItems
      ? [{ what: 'too many', value: Array.from({ length: maxItems + 1 }, (_, index) => `item ${index}`) }]
      : []),
    ...(inner
      ? [
          { what: 'null byte', value: ['a\0bcd'], at: '/0' },
          { what: 'wrong type', value: [5], at: '/0' },
        ]
      : []),
  ];
}

/** The mistake in an object that replaces another is its first missing field. */
function place({ required }: Schema, value: unknown) {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject && Array.isArray(required) ? { at: `/${required[0]}` } : {};
}

function payloadMistakes(right: Parts): Mistake[] {
  const json = { 'content-type': 'application/json' };
  const unreadable = { status: 400, code: 'http.malformed', path: null };
  const large = 'x'.repeat(OVER_THE_LIMIT);
  const payload = (name: string, text: string, headers: Record<string, string>) => ({
    name,
    parts: { ...right, payload: text, headers },
  });
  return [
    { ...payload('malformed JSON', '{"a":', json), ...unreadable },
    { ...payload('a poisoned prototype', '{"__proto__":{"isAdmin":true}}', json), ...unreadable },
    { ...payload('11 MiB', large, json), status: 413, code: 'http.too_large', path: null },
    ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'nonsense'].map((type) => ({
      ...payload(`a body of ${type}`, 'x', { 'content-type': type }),
      status: 415,
      code: 'http.unsupported_media_type',
      path: null,
    })),
  ];
}

function without(body: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}
