import { createHash, hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpErrors, type Precondition } from './port.ts';

// The opaque part of an entity tag (RFC 9110, 8.8.3), strong or weak: proxies that compress an answer weaken its tag.
const TAG = /\s*(?:W\/)?"([!#-~\u0080-\u00ff]*)"\s*/y;
// The version, and what else the answer has; clients may name the version alone.
const VERSION = /^(\d{1,15})(?:-[\w-]+)?$/;
const ANSWER_CHARACTERS = 16; // 96 bits of its hash

/** The entity tags of `If-Match` or `If-None-Match`, without quotes and weakness; null: `*`. Malformed: none. */
export function toEntityTags(header: string): ReadonlySet<string> | null {
  if (header.trim() === '*') return null;
  const tags = new Set<string>();
  for (let at = 0; at < header.length;) {
    TAG.lastIndex = at;
    const match = TAG.exec(header);
    if (match?.[1] !== undefined) tags.add(match[1]);
    at += match?.[0].length ?? 0;
    if (at < header.length && header[at] !== ',') return new Set();
    at += 1;
  }
  return tags;
}

/** Reads `If-Match` and `If-None-Match` of a request that changes a resource. */
export function toPrecondition({ headers }: FastifyRequest): Precondition {
  const wanted = toVersions(headers['if-match']);
  const unwanted = toVersions(headers['if-none-match']);
  return {
    require(version) {
      const isWanted = wanted === undefined || wanted === null || wanted.has(version);
      const isUnwanted = unwanted === null || unwanted?.has(version) === true;
      if (!isWanted || isUnwanted) throw httpErrors.preconditionFailed({ version });
    },
  };
}

function toVersions(header: string | undefined): ReadonlySet<number> | null | undefined {
  if (header === undefined) return undefined;
  const tags = toEntityTags(header);
  return tags && new Set([...tags].flatMap((tag) => VERSION.exec(tag)?.[1] ?? []).map(Number));
}

/** Whether the answers of a route are single resources, which have an address. */
export function answersResource(schema: Readonly<Record<string, unknown>>): boolean {
  const response = (schema['response'] ?? {}) as Record<string, { properties?: Record<string, unknown> }>;
  return Object.entries(response).some(
    ([status, { properties }]) => status.startsWith('2') && properties?.['id'] !== undefined,
  );
}

/** Whether a reader of the route can have the current version already. */
export function isConditionalRead(method: string, schema: Readonly<Record<string, unknown>>): boolean {
  const response = (schema['response'] ?? {}) as Record<string, { properties?: Record<string, unknown> }>;
  return method === 'GET' && answersResource(schema) && response['200']?.properties?.['version'] !== undefined;
}

/**
 * Completes the tag of a resource, which is its version, by a hash of the answer: what is shown can change without the
 * resource, such as the path of a file when a folder above it gets another name.
 */
export function tagAnswer(
  _: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload?: unknown) => void,
): void {
  const version = reply.getHeader('etag');
  if (typeof version === 'string' && typeof payload === 'string') {
    const shown = hash('sha256', payload, 'base64url').slice(0, ANSWER_CHARACTERS);
    reply.header('etag', `"${version.slice(1, -1)}-${shown}"`);
  }
  done(null, payload);
}

/** Answers 304 without a body to a reader who has this version already (`If-None-Match`). */
export function answerNotModified(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload?: unknown) => void,
): void {
  const { 'if-none-match': header } = headers;
  const tag = reply.getHeader('etag');
  const isRead = method === 'GET' || method === 'HEAD';
  if (header === undefined || typeof tag !== 'string' || !isRead || reply.statusCode !== 200)
    return done(null, payload);
  const known = toEntityTags(header);
  if (known && !known.has(tag.slice(1, -1))) return done(null, payload);
  reply.code(304).removeHeader('content-length').removeHeader('content-type');
  done(null, '');
}

/** Answers a JSON document that stays the same while the process runs: made at its first call, with an entity tag. */
export function createDocumentHandler(make: () => unknown) {
  let made: { readonly bytes: Buffer; readonly tag: string } | undefined;
  return (_: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!made) {
      const bytes = Buffer.from(JSON.stringify(make()));
      made = { bytes, tag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
    }
    return reply.type('application/json').header('etag', made.tag).header('cache-control', 'no-cache').send(made.bytes);
  };
}
