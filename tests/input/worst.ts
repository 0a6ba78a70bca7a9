import { fits, sampleOf } from '#testing/api/arbitrary.ts';
import type { Operation, Schema } from '#testing/api/operations.ts';
import { rightParts } from './mistakes.ts';
import { encode, type Parts } from './requests.ts';

const HEADER = 30_000; // characters; all headers have at most 32 KiB
const BODY = 1024 * 1024; // bytes that are read of a signed-in caller
const TOKENS = 9500; // fields with a value each: as many as are read

const manyHeaders = {
  authorization: `Bearer ${'a.'.repeat(1500)}`,
  'if-match': '"1" , '.repeat(500),
  'if-none-match': '"x", '.repeat(500),
  'user-agent': 'Mozilla/5.0 ('.repeat(250),
  cookie: 'a=b; '.repeat(600),
  'x-forwarded-for': '::1, '.repeat(600),
  accept: 'text/html;q=0.1, '.repeat(150),
  'last-event-id': '1'.repeat(3000),
  'idempotency-key': 'x'.repeat(255),
};

/** The requests to an operation that cost most: as long, as many and as deep as they get through the limits. */
export function worstRequests(operation: Operation): { name: string; parts: Parts }[] {
  const right = rightParts(operation);
  const names = Object.keys(operation.query);
  return [
    { name: 'a right one', parts: right },
    { name: 'long headers', parts: { ...right, headers: manyHeaders } },
    { name: 'languages', parts: { ...right, headers: { 'accept-language': 'fa-x;q=0.0001 ,'.repeat(HEADER / 15) } } },
    ...names.map((name) => ({
      name: `long ?${name}`,
      parts: { ...right, query: [[name, 'x'.repeat(HEADER)]] as const },
    })),
    ...names.map((name) => ({
      name: `largest ?${name}`,
      parts: { ...right, query: [[name, encode(String(largest(operation.query[name] ?? {})))]] as const },
    })),
    { name: 'many parameters', parts: { ...right, query: Array.from({ length: 5000 }, (_, at) => [`p${at}`, '']) } },
    ...(operation.body ? worstBodies(operation.body, right) : []),
  ];
}

function worstBodies(schema: Schema, right: Parts): { name: string; parts: Parts }[] {
  const fields = Object.entries<Schema>(schema['properties'] ?? {});
  const text = fields.find(([, { type }]) => [type].flat().includes('string'))?.[0] ?? 'text';
  const list = fields.find(([, { type }]) => [type].flat().includes('array'))?.[0] ?? 'list';
  const room = BODY - 1000;
  const withMember = (name: string, json: string) => `{${JSON.stringify(name)}:${json}}`;
  const payloads: Record<string, string> = {
    'a long text': withMember(text, `"${'x'.repeat(room)}"`),
    'a long text in Persian': withMember(text, `"${'ب'.repeat(room / 2)}"`),
    'escaped characters': withMember(text, `"${String.raw`\u0041`.repeat(room / 6)}"`),
    'a long name': withMember('x'.repeat(room), '1'),
    'long names': `{${Array.from({ length: TOKENS }, (_, at) => `"${at}${'k'.repeat(90)}":""`).join(',')}}`,
    'many items': withMember(
      list,
      `[${Array(2 * TOKENS)
        .fill('"a"')
        .join(',')}]`,
    ),
    'many objects': withMember(list, `[${Array(TOKENS).fill('{}').join(',')}]`),
    levels: withMember(list, '['.repeat(60) + ']'.repeat(60)),
    blanks: ' '.repeat(room),
    'far more than is read': withMember(text, `"${'x'.repeat(10 * room)}"`),
    digits: withMember(text, `0.${'1'.repeat(room)}`),
  };
  return [
    { name: 'the largest body', parts: { ...right, body: largest(schema) } },
    ...Object.entries(payloads).map(([name, payload]) => ({ name, parts: { ...right, payload } })),
  ];
}

/** A value that fits the schema, with each text and list as long as it may be, where that fits; else its sample. */
function largest(schema: Schema): unknown {
  const made = enlarge(schema);
  return fits(schema, made) ? made : sampleOf(schema);
}

function enlarge(schema: Schema): unknown {
  const { type, properties, items, maxLength, maxItems, maximum } = schema;
  switch ([type].flat()[0]) {
    case 'object':
      if (!properties) return sampleOf(schema);
      return Object.fromEntries(Object.entries<Schema>(properties).map(([name, inner]) => [name, largest(inner)]));
    case 'array':
      return maxItems === undefined || items === undefined
        ? sampleOf(schema)
        : Array.from({ length: maxItems }, () => largest(items));
    case 'string':
      return maxLength === undefined ? sampleOf(schema) : 'ب'.repeat(maxLength);
    case 'integer':
      return maximum ?? sampleOf(schema);
    default:
      return sampleOf(schema);
  }
}
