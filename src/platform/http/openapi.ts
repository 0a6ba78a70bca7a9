import type { FastifyContextConfig } from 'fastify';
import type { Access } from '#kernel/access.ts';
import type { ProblemDef } from '#kernel/problem.ts';
import { httpErrors } from './port.ts';

type Json = Record<string, any>; // oxlint-disable-line no-explicit-any -- OpenAPI documents are walked, not typed

/** The access rule as clients read it: `public`, `user`, or a permission's code. */
function accessText(access: Access): string {
  return typeof access === 'string' ? access : access.code;
}

/** What the route states beyond its schema, for `transform` of the OpenAPI plugin. */
export function describeRoute(
  url: string,
  schema: Json,
  { access = 'public', apiKeys, recent = false, errors = [] }: Partial<FastifyContextConfig>,
  stepUp: ProblemDef,
): Json {
  const refusesKeys = access === 'user' && apiKeys !== 'taken' ? [httpErrors.apiKeyRefused] : [];
  const possible = [...errors, ...(recent ? [stepUp] : []), ...refusesKeys, ...commonErrors(schema, access)];
  const byStatus = Map.groupBy(possible, ({ status }) => status);
  const problems = [...byStatus].toSorted(([a], [b]) => a - b).map(([status, defs]) => [status, toResponse(defs)]);
  return {
    ...schema,
    tags: [/^\/api\/v1\/([^/]+)/.exec(url)?.[1] ?? 'platform'], // one group per module
    response: { ...schema['response'], ...Object.fromEntries(problems) },
    'x-access': accessText(access),
    ...(recent ? { 'x-recent': true } : {}), // the session must have proved who it is a short while ago
    'x-codes': possible.map(({ code }) => code).toSorted(),
    ...(access === 'public' ? { security: [] } : {}),
  };
}

function commonErrors(schema: Json, access: Access): ProblemDef[] {
  const takesInput = schema['body'] || schema['querystring'] || schema['params'];
  return [
    ...(takesInput ? [httpErrors.invalid] : []),
    ...(access === 'public' ? [] : [httpErrors.notSignedIn]),
    ...(typeof access === 'string' ? [] : [httpErrors.forbidden]),
    httpErrors.tooManyRequests,
  ];
}

function toResponse(defs: readonly ProblemDef[]): Json {
  return {
    description: defs.map(({ code, title }) => `\`${code}\`: ${title}`).join('. '),
    content: { 'application/problem+json': { schema: Problem } },
  };
}

const Problem = {
  type: 'object',
  title: 'Problem',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    instance: { type: ['string', 'null'] },
    traceId: { type: ['string', 'null'] },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

/**
 * Makes the document kind to client generators: a schema with a `title` becomes a named
 * component, and a query parameter with a default stops being required.
 */
export function polish(document: Json): Json {
  const schemas: Json = {};
  function hoist(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(hoist);
    if (node === null || typeof node !== 'object') return node;
    const copy: Json = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, hoist(value)]));
    if (copy['in'] === 'query' && copy['schema']?.default !== undefined) copy['required'] = false;
    if (copy['type'] !== 'object' || typeof copy['title'] !== 'string') return copy;
    schemas[copy['title']] = copy;
    return { $ref: `#/components/schemas/${copy['title']}` };
  }
  const paths = hoist(document['paths']);
  const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => a.localeCompare(b)));
  return { ...document, paths, components: { ...document['components'], schemas: sorted } };
}
