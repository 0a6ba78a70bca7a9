/** A JSON Schema of the OpenAPI document, without types for its keywords. */
// oxlint-disable-next-line no-explicit-any -- each keyword has another type
export type Schema = Record<string, any>;

/** One method of one path, as the OpenAPI document declares it. */
export interface Operation {
  /** `POST /api/v1/todos`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Parameters are written as `{id}`. */
  readonly path: string;
  /** `public`, `user`, or a permission's code. */
  readonly access: string;
  /** Whether the call requires step-up. */
  readonly isRecent: boolean;
  readonly params: Readonly<Record<string, Schema>>;
  readonly query: Readonly<Record<string, Schema>>;
  /** Null if the call takes none. */
  readonly body: Schema | null;
  /** Answers server-sent events until the client disconnects. */
  readonly isStream: boolean;
  /** Statuses whose answer is not a JSON document: a page, a table, a file. */
  readonly texts: ReadonlySet<number>;
  /** By status, without problems: the schema of the answer; null if it has no body. */
  readonly answers: ReadonlyMap<number, Schema | null>;
  /** Codes of the problems that the document names. */
  readonly codes: ReadonlySet<string>;
  /** By status: the codes of its problems, and their schema. */
  readonly problems: ReadonlyMap<number, DocumentedProblems>;
}

interface DocumentedProblems {
  readonly codes: ReadonlySet<string>;
  readonly schema: Schema;
}

/** Every operation of the document, with its references resolved. */
export function operationsOf(document: Schema): Operation[] {
  const resolved = resolveRefs(document)['paths'] as Record<string, Record<string, Schema>>;
  return Object.entries(resolved).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toOperation(path, method.toUpperCase(), operation)),
  );
}

/** The document with each reference replaced by its target. */
export function resolveRefs(document: Schema): Schema {
  return resolve(document, document) as Schema;
}

/** The path with its parameters filled in, as in a request line. */
export function fillPath({ path, params }: Operation, values: Readonly<Record<string, string>>): string {
  return Object.keys(params).reduce((filled, name) => filled.replace(`{${name}}`, values[name] ?? name), path);
}

function toOperation(path: string, method: string, operation: Schema): Operation {
  const parameters: Schema[] = operation['parameters'] ?? [];
  const responses = Object.entries<Schema>(operation['responses'] ?? {});
  return {
    name: `${method} ${path}`,
    method: method as Operation['method'],
    path,
    access: operation['x-access'],
    isRecent: operation['x-recent'] === true,
    params: parametersIn(parameters, 'path'),
    query: parametersIn(parameters, 'query'),
    body: bodyOf(operation['requestBody']?.content['application/json']),
    isStream: responses.some(([, { content }]) => content?.['text/event-stream']),
    texts: new Set(responses.filter(([, { content }]) => isText(content)).map(([status]) => Number(status))),
    answers: new Map(
      responses
        .filter(([, { content }]) => !content?.['application/problem+json'])
        .map(([status, response]) => [Number(status), response['content']?.['application/json']?.schema ?? null]),
    ),
    codes: new Set(operation['x-codes'] as string[]),
    problems: new Map(
      responses
        .map(([status, { content }]) => [status, content?.['application/problem+json'] as Schema | undefined] as const)
        .flatMap(([status, media]) => (media ? [[Number(status), problemsOf(media)]] : [])),
    ),
  };
}

/** Each code is the name of an example. */
function problemsOf({ schema, examples }: Schema): DocumentedProblems {
  return { schema, codes: new Set(Object.keys(examples)) };
}

/** In the document, examples of a whole body are beside its schema. */
function bodyOf(media: Schema | undefined): Schema | null {
  return media ? withExamples(media['schema'], media) : null;
}

function withExamples(schema: Schema, { example, examples }: Schema): Schema {
  const named = Object.values<{ value: unknown }>(examples ?? {}).map(({ value }) => value);
  const all = [...(schema['examples'] ?? []), ...(example === undefined ? [] : [example]), ...named];
  return all.length > 0 ? { ...schema, examples: all } : schema;
}

function isText(content: Schema | undefined): boolean {
  return content !== undefined && !Object.keys(content).some((type) => /^application\/(problem\+)?json$/.test(type));
}

function parametersIn(parameters: readonly Schema[], place: string): Record<string, Schema> {
  const inPlace = parameters.filter((one) => one['in'] === place);
  return Object.fromEntries(inPlace.map((one) => [one['name'], withExamples(one['schema'], one)]));
}

function resolve(node: unknown, document: Schema): unknown {
  if (Array.isArray(node)) return node.map((inner) => resolve(inner, document));
  if (node === null || typeof node !== 'object') return node;
  const { $ref } = node as Schema;
  if (typeof $ref === 'string') {
    const found = $ref
      .slice(2)
      .split('/')
      .reduce<Schema>((inner, key) => inner[key], document);
    return resolve(found, document);
  }
  return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, resolve(inner, document)]));
}
