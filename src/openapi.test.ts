import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { checkedForms, forms } from '#kernel/forms/formats.ts';
import { closeObjects } from '#platform/http/validation.ts';
import { testApp } from '#testing/app.ts';
import { resolveRefs, type Schema } from '#testing/api/operations.ts';

test('openapi.json is the document that the program serves (`npm run openapi` writes it)', async (t) => {
  const app = await testApp(t);
  const written: unknown = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8'));
  assert.deepEqual(JSON.parse(JSON.stringify(app.openApi())), written);
});

test('every operation has a unique name, an access rule, its error codes and a declared success', async (t) => {
  const app = await testApp(t);
  const operations = operationsIn(app.openApi());

  const names = operations.map(({ operationId }) => operationId);

  assert.ok(operations.length > 40);
  assert.equal(new Set(names).size, operations.length);
  assert.ok(names.every((name) => typeof name === 'string'));
  assert.ok(operations.every((operation) => typeof operation['x-access'] === 'string'));
  assert.ok(operations.every((operation) => operation['x-codes'].includes('http.internal')));
  assert.ok(operations.every(({ responses }) => Object.keys(responses).some((status) => /^[23]/.test(status))));
});

test('no two schemas that differ have one title: each with a title is a component', async (t) => {
  const { components, ...document } = (await testApp(t)).openApi();
  const parts: unknown[] = Object.values<Schema>(components.schemas).map(({ properties }) => properties);

  assert.deepEqual(titlesIn([document, parts]), []);
});

test('every operation and every parameter has a description', async (t) => {
  const operations = operationsIn((await testApp(t)).openApi());

  const missing = operations.flatMap(({ operationId, summary, description, parameters }) => [
    ...(isTitle(summary) ? [] : [`${operationId}: a summary that begins with a capital and ends without a full stop`]),
    ...(description?.endsWith('.') ? [] : [`${operationId}: a description in sentences`]),
    ...parameters
      .filter((parameter) => !parameter['description'])
      .map(({ in: place, name }) => `${operationId}: a description of the ${place} parameter ${name}`),
  ]);

  assert.deepEqual(missing, []);
});

test('every operation names the refusals that follow from what it is', async (t) => {
  const { paths } = resolveRefs((await testApp(t)).openApi());
  const anywhere = [
    '400 http.malformed',
    '408 http.request_timeout',
    '415 http.unsupported_media_type',
    '417 http.expectation_failed',
    '431 http.headers_too_large',
    '500 http.internal',
    '503 http.timeout',
  ];

  const missing = Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const named = refusalsIn(operation);
      const takes = (header: string) => operation.parameters.some(({ name }) => name === header);
      const isTagged = operation.responses['200']?.['headers']?.ETag !== undefined;
      const expected = [
        ...anywhere,
        ...(method === 'get' ? [] : ['413 http.too_large']),
        ...(operation.requestBody ? ['400 http.invalid'] : []),
        ...(path.includes('{') ? ['404 http.not_found'] : []),
        ...(operation['x-access'] === 'public' ? [] : ['401 http.not_signed_in', '503 http.overloaded']),
        ...(takes('Idempotency-Key') ? ['409 http.idempotency_running', '422 http.idempotency_conflict'] : []),
        ...(takes('If-Match') ? ['412 http.precondition_failed'] : []),
      ];
      return [
        ...expected.filter((refusal) => !named.includes(refusal)).map((refusal) => `${method} ${path}: ${refusal}`),
        ...(method === 'get' && isTagged && !operation.responses['304'] ? [`${method} ${path}: 304`] : []),
      ];
    }),
  );

  assert.deepEqual(missing, []);
  assert.ok(refusalsIn(paths['/api/v1/users/login'].post).includes('400 http.idempotency_refused'));
  assert.equal(paths['/api/v1/todos/{id}'].get.responses['304'].content, undefined);
});

test('every change of a resource that has a version can be made conditional', async (t) => {
  const { paths } = resolveRefs((await testApp(t)).openApi());
  const unconditional = Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) => {
    const read = methods['get']?.responses['200']?.['content']?.['application/json']?.schema;
    const hasVersion = read?.properties?.version !== undefined;
    const changes = Object.entries(methods).filter(([method]) => ['put', 'patch', 'delete'].includes(method));
    const unaware = changes.filter(([, operation]) => !operation['x-codes'].includes('http.precondition_failed'));
    return hasVersion ? unaware.map(([method]) => `${method} ${path}`) : [];
  });

  assert.deepEqual(unconditional, []);
});

test('every header that a call reads is declared there', async (t) => {
  const operations = operationsIn((await testApp(t)).openApi());
  const taking = (header: string) =>
    namesOf(operations.filter(({ parameters }) => parameters.some((one) => one['name'] === header)));
  const withCode = (code: string) => namesOf(operations.filter((operation) => operation['x-codes'].includes(code)));
  const streams = operations.filter(({ responses }) => responses['200']?.['content']?.['text/event-stream']);
  const repeatable = taking('Idempotency-Key');

  assert.equal(taking('Accept-Language').length, operations.length);
  assert.deepEqual(taking('If-Match'), withCode('http.precondition_failed'));
  assert.deepEqual(taking('Last-Event-ID'), namesOf(streams));
  assert.ok(
    ['createTodo', 'createRole', 'createNotification', 'inviteUser'].every((name) => repeatable.includes(name)),
  );
  assert.ok(!['createApiKey', 'login', 'listTodos', 'editTodo'].some((name) => repeatable.includes(name)));
});

test('every body and every named schema has an example, which it accepts', async (t) => {
  const document = (await testApp(t)).openApi();
  const named = Object.entries<Schema>(resolveRefs(document)['components'].schemas);
  const bodies = operationsIn(document).flatMap((operation) => bodiesOf(operation));

  const missing = [...named, ...bodies].flatMap(([name, schema]) => {
    const [example] = (schema['examples'] ?? []) as unknown[];
    if (example === undefined) return [`${name}: an example, of its own or of each of its texts`];
    const fault = whyRefused(schema, example);
    return fault === null ? [] : [`${name}: an example that it accepts: ${fault}`];
  });

  assert.ok(bodies.length > 60);
  assert.deepEqual(missing, []);
});

test('every group of operations is described by its module, in `tags`', async (t) => {
  const document = (await testApp(t)).openApi();
  const described = (document['tags'] as Schema[]).map(({ name }) => String(name));

  const used = new Set(operationsIn(document).flatMap(({ tags }) => tags));

  assert.deepEqual([...used].toSorted(), described.toSorted());
});

test('the document says what to paste under "Authorize"', async (t) => {
  const { components } = (await testApp(t)).openApi();
  assert.match(components['securitySchemes'].bearer.description, /accessToken.*bny_/s);
});

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Schema[];
  readonly requestBody?: Schema;
  readonly responses: Record<string, Schema>;
  readonly 'x-access': string;
  readonly 'x-codes': readonly string[];
}

function operationsIn(document: Schema): Operation[] {
  const paths = Object.values<Record<string, Operation>>(resolveRefs(document)['paths']);
  return paths.flatMap((path) => Object.values(path));
}

/** Of the schemas of objects that are written where they are used. */
function titlesIn(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  const { type, title } = node as Schema;
  const own = type === 'object' && typeof title === 'string' ? [title] : [];
  return [...own, ...Object.values(node).flatMap(titlesIn)];
}

/** By status and code. */
function refusalsIn({ responses }: Operation): string[] {
  return Object.entries(responses).flatMap(([status, { content }]) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => `${status} ${code}`),
  );
}

function namesOf(operations: readonly Operation[]): string[] {
  return operations.map(({ operationId }) => operationId);
}

/** Schemas of the JSON bodies of request and responses, with a name for messages. */
function bodiesOf({ operationId, requestBody, responses }: Operation): [name: string, schema: Schema][] {
  const all: [string, Schema | undefined][] = [['the body', requestBody], ...Object.entries(responses)];
  return all.flatMap(([part, body]): [string, Schema][] => {
    const schema: Schema | undefined = body?.['content']?.['application/json']?.schema;
    return schema ? [[`${operationId}, ${part}`, schema]] : [];
  });
}

function isTitle(text: string | undefined): boolean {
  return text !== undefined && /^[A-Z].{2,70}[^.]$/.test(text);
}

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
for (const [format, parse] of Object.entries({ ...forms, ...checkedForms }))
  ajv.addFormat(format, (text) => parse(text) !== null);

/** A field that the schema does not have is an error too: an example must show only existing fields. */
function whyRefused(schema: Schema, example: unknown): string | null {
  return ajv.validate(closeObjects(schema) as Schema, example) ? null : ajv.errorsText();
}
