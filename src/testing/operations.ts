/** JSON Schema as the OpenAPI document holds it; walked, not typed. */
// oxlint-disable-next-line no-explicit-any -- every keyword has a type of its own
export type Schema = Record<string, any>;

/** One method of one path, as the OpenAPI document promises it. */
export interface Operation {
  /** `POST /api/v1/todos`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{id}` for parameters. */
  readonly path: string;
  /** `public`, `user`, or a permission's code. */
  readonly access: string;
  /** Whether the caller's session must have proved itself a short while ago. */
  readonly isRecent: boolean;
  readonly params: Readonly<Record<string, Schema>>;
  readonly query: Readonly<Record<string, Schema>>;
  /** Null where the call takes none. */
  readonly body: Schema | null;
  /** Answers events for as long as somebody listens. */
  readonly isStream: boolean;
  /** Statuses whose answer is no JSON document: a page, a table, a file. */
  readonly texts: ReadonlySet<number>;
  /** By status: schema of the answer, null for none. Problems are not among them. */
  readonly answers: ReadonlyMap<number, Schema | null>;
  /** Codes of the problems that the document names. */
  readonly codes: ReadonlySet<string>;
}

/** Every operation of the document, with its references resolved. */
export function operationsOf(document: Schema): Operation[] {
  const resolved = resolveRefs(document)['paths'] as Record<string, Record<string, Schema>>;
  return Object.entries(resolved).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toOperation(path, method.toUpperCase(), operation)),
  );
}

/** The document with what each reference leads to in its place. */
export function resolveRefs(document: Schema): Schema {
  return resolve(document, document) as Schema;
}

/** The path with its parameters filled in, as it stands in a request line. */
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
  };
}

/** Examples of a whole body stand beside its schema in the document. */
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
