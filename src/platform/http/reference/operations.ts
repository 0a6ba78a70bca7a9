import { STATUS_CODES } from 'node:http';
import type { Access } from '#kernel/access.ts';
import type { ProblemDef } from '#kernel/problem.ts';
import { refusesApiKeys, refusesImpersonation } from '../access.ts';
import { isConditionalRead } from '../conditions.ts';
import { takesIdempotencyKey } from '../idempotency.ts';
import { httpErrors } from '../port.ts';
import { refusalsOf, type DescribedRoute, type Json } from './refusals.ts';

type Config = DescribedRoute['config'];

/** What the route states beyond its schema, for `transform` of the OpenAPI plugin. */
export function describeRoute(route: DescribedRoute, stepUp: ProblemDef): Json {
  const { method, url, schema, config } = route;
  const { access = 'public', recent = false } = config;
  const possible = refusalsOf(route, stepUp);
  const byStatus = Map.groupBy(possible, ({ status }) => status);
  const problems = [...byStatus].toSorted(([a], [b]) => a - b).map(([status, defs]) => [status, toResponse(defs)]);
  return {
    ...schema,
    ...(config.form ? { body: config.form, consumes: ['multipart/form-data'] } : {}),
    ...(config.takes === 'bytes' ? { body: BYTES, consumes: ['application/offset+octet-stream'] } : {}),
    description: [withoutIndent(schema['description']), accessLine(method, config)].filter(Boolean).join('\n\n'),
    tags: [/^\/api\/v1\/([^/]+)/.exec(url)?.[1] ?? 'platform'], // described by the module: `Module.tags`
    headers: { type: 'object', properties: headersOf(method, schema, config) },
    response: {
      ...describeAnswers(schema['response'] ?? {}, config),
      ...(isConditionalRead(method, schema) || (config.serves && method === 'GET') ? { 304: notModified } : {}),
      ...Object.fromEntries(problems),
    },
    'x-access': accessCode(access),
    ...(recent ? { 'x-recent': true } : {}), // the session must have proved who it is a short while ago
    'x-codes': possible.map(({ code }) => code).toSorted(),
    ...(access === 'public' ? { security: [] } : {}),
  };
}

/** The access rule as programs read it: `public`, `user`, or a permission's code. */
function accessCode(access: Access): string {
  return typeof access === 'string' ? access : access.code;
}

/** The access rule as people read it. */
function accessLine(method: string, { access = 'public', apiKeys, recent, impersonation }: Config): string {
  const proof = recent ? ' The session must have signed in or stepped up within the last ten minutes.' : '';
  if (access === 'public') return '**Access:** public.';
  const refusesKeys = refusesApiKeys({ access, apiKeys, recent });
  const keys = `API keys are ${refusesKeys ? 'refused' : 'accepted'}`;
  const isForOneself = !refusesKeys && refusesImpersonation(method, { access, impersonation });
  const acting = isForOneself ? ' Refused to who acts on behalf of somebody.' : ''; // they have a key
  if (access === 'user') return `**Access:** any signed-in user; ${keys}.${proof}${acting}`;
  return `**Access:** permission \`${access.code}\`${recent ? `; ${keys}` : ''}.${proof}${acting}`;
}

/** A description in a template literal is indented like the code around it; Markdown would show that. */
function withoutIndent(text: unknown): string {
  return typeof text === 'string' ? text.trim().replace(/\n[ \t]+/g, '\n') : '';
}

/** For the document only: as part of the route's own schema, they would be checked on every request. */
function headersOf(method: string, schema: Json, config: Config): Json {
  const { errors = [], headers = {} } = config;
  const isConditionalChange = errors.includes(httpErrors.preconditionFailed);
  const own = Object.entries(headers).map(([name, description]) => [name, { type: 'string', description }]);
  return {
    ...(takesIdempotencyKey(method, config) ? { 'Idempotency-Key': idempotencyKey } : {}),
    ...(isConditionalChange ? { 'If-Match': ifMatch, 'If-None-Match': ifNoneMatchOfChange } : {}),
    ...(isConditionalRead(method, schema) ? { 'If-None-Match': ifNoneMatch } : {}),
    ...(schema['response']?.[200]?.content?.['text/event-stream'] ? { 'Last-Event-ID': lastEventId } : {}),
    ...(config.serves && method === 'GET' ? ofBytes : {}),
    ...Object.fromEntries(own),
    'Accept-Language': acceptLanguage,
  };
}

const BYTES = { type: 'string', format: 'binary', examples: ['bytes'] };

// No examples: the API reference would put them into its forms and send them.
const idempotencyKey = {
  type: 'string',
  pattern: '^[!-~]{1,255}$',
  description: `Makes the call safe to repeat: the same key with the same body within 24 hours returns the first result
    again, with \`Idempotency-Replayed: true\`. With another body it is 422 \`http.idempotency_conflict\`, while the first
    call still runs 409 \`http.idempotency_running\`. Use a new UUID for each operation.`.replace(/\s+/g, ' '),
};
const ifMatch = {
  type: 'string',
  pattern: '^(\\*|(W/)?"\\d{1,15}(-[\\w-]+)?"( *, *(W/)?"\\d{1,15}(-[\\w-]+)?")*)$',
  description: `Version that the change is based on, as \`ETag\` returned it, or alone, as \`"3"\`. If the resource has
    another version meanwhile, nothing changes: 412 \`http.precondition_failed\`. Without it, or with \`*\`, any version is
    changed.`.replace(/\s+/g, ' '),
};
const ifNoneMatchOfChange = {
  type: 'string',
  description: `Versions that the resource must not have: with one of them, or with \`*\`, nothing changes: 412
    \`http.precondition_failed\`.`.replace(/\s+/g, ' '),
};
const ifNoneMatch = {
  type: 'string',
  description:
    `Answers that the client has, by their \`ETag\`: if it is one of them, or with \`*\`, the answer is 304 without a
    body.`.replace(/\s+/g, ' '),
};
const ofBytes = Object.fromEntries(
  Object.entries({
    Range: 'A part of the bytes, such as `bytes=0-1023`: the answer is 206 with this part (RFC 9110, 14).',
    'If-Range': 'The `ETag` of the bytes that the client has a part of: for others, `Range` does not count.',
    'If-Match': 'Tags that the bytes must have: else 412 `http.precondition_failed`.',
    'If-None-Match': 'Tags of bytes that the client has: the answer is 304 without a body.',
    'If-Modified-Since': 'The `Last-Modified` of the bytes that the client has, where it has no tag.',
  }).map(([name, description]) => [name, { type: 'string', description }]),
);
const lastEventId = {
  type: 'string',
  description: `The \`id\` of the last event that was received: the stream goes on after it. Leave it out to start with
    new events.`.replace(/\s+/g, ' '),
};
const acceptLanguage = {
  type: 'string',
  description: 'Language of titles and messages: `en` or `fa`, with weights if you like. The default is English.',
};

const notModified = {
  type: 'null',
  'x-response-description': 'The client has this version already; there is no body',
};

/** Describes each answer and its headers. The description of its schema would say what it is, not what happened. */
function describeAnswers(response: Json, { location }: Config): Json {
  return Object.fromEntries(
    Object.entries<Json>(response).map(([status, answer]) => {
      const headers = answerHeaders(status, answer['properties'] ?? {}, location);
      const text = answerTexts[status] ?? STATUS_CODES[status] ?? status;
      return [status, { ...answer, 'x-response-description': text, ...(headers && { headers }) }];
    }),
  );
}

const answerTexts: Record<string, string> = {
  200: 'The result',
  201: 'Created',
  202: 'Accepted; the work continues after this answer',
  204: 'Done; there is no body',
  206: 'The part that `Range` asks for',
  302: 'Redirect to the address in `Location`',
};

function answerHeaders(status: string, { id, version }: Json, location: string | undefined): Json | undefined {
  const isMade = status === '201' || (status === '202' && location !== undefined);
  const headers = {
    ...(id && version
      ? {
          ETag: {
            type: 'string',
            description: 'The version and a hash of the answer, for `If-Match` and `If-None-Match`',
          },
        }
      : {}),
    ...(id && isMade ? { Location: { type: 'string', description: 'Path of the resource' } } : {}),
  };
  return Object.keys(headers).length > 0 ? headers : undefined;
}

function toResponse(defs: readonly ProblemDef[]): Json {
  return {
    description: defs.map(({ code, title }) => `\`${code}\`: ${title}`).join('. '),
    content: {
      'application/problem+json': {
        schema: Problem,
        examples: Object.fromEntries(defs.map((def) => [def.code, { summary: def.title, value: toExample(def) }])),
      },
    },
  };
}

function toExample({ code, title, status }: ProblemDef): Json {
  const errors = [{ path: '/dueDate', code: 'format', message: 'must be a valid date' }];
  return {
    type: `/problems/${code}`,
    title,
    status,
    code,
    instance: '/api/v1/todos',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...(code === httpErrors.invalid.code ? { errors } : {}),
  };
}

const Problem = {
  type: 'object',
  title: 'Problem',
  description: 'Why a call was refused ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', description: 'Path of a page that explains the error and what to do' },
    title: { type: 'string', description: 'For people, in the language of `Accept-Language`' },
    status: { type: 'integer', description: 'The HTTP status' },
    code: { type: 'string', description: '`module.reason`, for programs; never changes' },
    instance: { type: ['string', 'null'], description: 'Path of the call' },
    traceId: { type: ['string', 'null'], description: 'Names the call in the logs; include it in a report' },
    errors: {
      type: 'array',
      description: 'With `http.invalid`: each field that does not fit its schema',
      items: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'JSON pointer to the field' },
          code: { type: 'string', description: 'The rule: a keyword of JSON Schema, or `characters`' },
          message: { type: 'string', description: 'For people, in the language of `Accept-Language`' },
        },
      },
    },
  },
  examples: [toExample(httpErrors.invalid)],
};
