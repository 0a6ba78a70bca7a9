import { isDeepStrictEqual } from 'node:util';
import type { Config } from '#platform/config/load.ts';
import type { Module, Routes } from '#platform/module.ts';
import { answerNotModified, createDocumentHandler } from '../conditions.ts';
import { exampleOf } from './examples.ts';
import type { Json } from './refusals.ts';

const ABOUT = `Requests and answers are JSON in UTF-8. Ids are UUIDs, instants are RFC 3339 in UTC with milliseconds
(\`2026-11-23T08:00:00.000Z\`), dates are \`YYYY-MM-DD\`.

- **Access**: each operation says what it requires: nothing (\`public\`), a signed-in \`user\`, or a permission. Programs
  read the same in \`x-access\`. If \`x-recent\` is set, the session must also have signed in or stepped up
  (\`POST /api/v1/users/step-up\`) within the last ten minutes.
- **Errors** are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problems. Switch on \`code\`, which never changes;
  \`type\` leads to a page that explains it. \`x-codes\` lists the codes of an operation.
- **Lists** are read by \`page\` and \`pageSize\`, or from page to page by \`cursor\`.
- **Changes** of a resource can be made conditional by \`If-Match\`; a \`POST\` can be made safe to repeat by
  \`Idempotency-Key\`, except where its answer is a secret (400 \`http.idempotency_refused\`).
- **Unknown fields** of a body are refused (400), so that a misspelt name is never ignored.
- **Rate limits**: \`RateLimit\` says what is left; with 429, \`Retry-After\` says when to try again.`;

const AUTHORIZE = `Paste an access token (\`accessToken\` in the answer of \`POST /api/v1/users/login\`, valid for 15 minutes) or
an API key (\`bny_…\`, made by \`POST /api/v1/users/api-keys\`). Paste it alone, without the word \`Bearer\`.`;

const STREAM = 'What changes, as it changes: the topics of all modules over one connection.';
const PLATFORM = 'The installation itself: health, errors explained, public keys, and helpers for development.';

/** What the document says beside its operations. A group of operations is described by the module that offers it. */
export function openApiHead({ publicUrl, appName }: Config, modules: readonly Module[]) {
  const groups = modules.flatMap(({ tags = {} }) => Object.entries(tags));
  return {
    openapi: '3.1.0',
    info: { title: appName ?? 'Bonyan', version: '1', description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }],
    tags: [...groups, ['stream', STREAM] as const, ['platform', PLATFORM] as const].map(([name, description]) => ({
      name,
      description,
    })),
    components: {
      securitySchemes: {
        bearer: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT', description: AUTHORIZE },
      },
    },
  };
}

/**
 * Prepares the document for readers and client generators: a schema with a `title` becomes a named component, so do
 * headers, problems and their examples; a body gets an example if its parts have one; a query parameter with a default
 * is not required.
 */
export function polish(document: Json): Json {
  const schemas: Json = {};
  const parameters: Json = {};
  const examples: Json = {};
  const responses: Json = {};

  function hoist(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(hoist);
    if (node === null || typeof node !== 'object') return node;
    const copy: Json = Object.fromEntries(
      Object.entries(withExampleInSchema(node)).map(([key, value]) => [
        key,
        isSample(key, value) ? value : hoist(value),
      ]),
    );
    if (copy['in'] === 'query' && copy['schema']?.default !== undefined) copy['required'] = false;
    if (copy['in'] === 'header') return hoistHeader(copy);
    if (copy['schema'] && !('in' in copy)) copy['schema'] = withExample(copy['schema']);
    if (copy['content']?.['application/problem+json']) return hoistRefusal(copy);
    if (copy['schema'] && copy['examples']) copy['examples'] = hoistExamples(copy['examples']);
    if (copy['type'] !== 'object' || typeof copy['title'] !== 'string') return copy;
    return hoistSchema(copy, copy['title']);
  }

  /** Another schema of the same title, such as one of an own module, stays where it is: types are made of the names. */
  function hoistSchema(schema: Json, title: string): Json {
    const named = withExample(schema);
    if (schemas[title] && !isDeepStrictEqual(shapeOf(schemas[title]), shapeOf(named))) return named;
    schemas[title] = named;
    return { $ref: `#/components/schemas/${title}` };
  }

  function withExample(schema: Json): Json {
    const example = schema['$ref'] ? undefined : exampleOf(schema, schemas);
    return example === undefined ? schema : { ...schema, examples: schema['examples'] ?? [example] };
  }

  /** A route that describes a header of this name differently keeps its own. */
  function hoistHeader(header: Json): Json {
    const key = String(header['name']).replaceAll('-', '');
    parameters[key] ??= header;
    return isDeepStrictEqual(parameters[key], header) ? { $ref: `#/components/parameters/${key}` } : header;
  }

  /** Named by its codes. */
  function hoistRefusal(response: Json): Json {
    const key = Object.keys(response['content']['application/problem+json'].examples).join('-');
    responses[key] = response;
    return { $ref: `#/components/responses/${key}` };
  }

  function hoistExamples(named: Json): Json {
    Object.assign(examples, named);
    return Object.fromEntries(Object.keys(named).map((name) => [name, { $ref: `#/components/examples/${name}` }]));
  }

  const paths = hoist(document['paths']);
  return {
    ...document,
    paths,
    components: {
      ...document['components'],
      examples: sorted(examples),
      parameters: sorted(parameters),
      responses: sorted(responses),
      schemas: sorted(schemas),
    },
  };
}

/** What a schema accepts, apart from words, and from being closed: a body of a request is, and the same in an answer is not. */
function shapeOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shapeOf);
  if (node === null || typeof node !== 'object') return node;
  const isWord = (key: string, value: unknown) => key === 'description' && typeof value === 'string';
  const isClosing = (key: string, value: unknown) => key === 'additionalProperties' && value === false;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) =>
      isWord(key, value) || isSample(key, value) || isClosing(key, value) ? [] : [[key, shapeOf(value)]],
    ),
  );
}

/** An example is data, whatever its keys look like. */
function isSample(key: string, value: unknown): boolean {
  return key === 'examples' && Array.isArray(value);
}

/** The plugin moves the examples of a body's schema beside it, where a schema that is used twice would lose them. */
function withExampleInSchema(node: Json): Json {
  const { schema, example, examples, ...rest } = node;
  if (schema === undefined || 'in' in node) return node;
  if (example !== undefined) return { ...rest, schema: { ...schema, examples: [example] } };
  if (examples?.example1 === undefined) return node; // as the plugin names the first
  const values = Object.values<Json>(examples).map(({ value }) => value);
  return { ...rest, schema: { ...schema, examples: values } };
}

function sorted(record: Json): Json {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** `/openapi.json`; the page at `/docs/api` shows it to people. */
export function openApiRoutes(document: () => unknown): Routes {
  return async (http) => {
    http.get(
      '/openapi.json',
      { config: { access: 'public' }, schema: { hide: true }, onSend: [answerNotModified] },
      createDocumentHandler(document),
    );
  };
}
