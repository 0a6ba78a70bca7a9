import type { FastifyContextConfig } from 'fastify';
import type { ProblemDef } from '#kernel/problem.ts';
import { databaseErrors } from '#platform/database/pool.ts';
import { refusesApiKeys, refusesImpersonation } from '../access.ts';
import { refusesIdempotencyKey, takesIdempotencyKey } from '../idempotency.ts';
import { httpErrors } from '../port.ts';

/** Part of an OpenAPI document; walked, not typed. */
export type Json = Record<string, any>; // oxlint-disable-line no-explicit-any -- every keyword has a type of its own

export interface DescribedRoute {
  readonly method: string;
  readonly url: string;
  readonly schema: Json;
  readonly config: Partial<FastifyContextConfig>;
}

/** What any request can get, whatever it asks for: it cannot be read, or the server fails. */
const ANYWHERE: readonly ProblemDef[] = [
  httpErrors.malformed,
  httpErrors.requestTimeout,
  httpErrors.unsupportedMediaType, // also a `Content-Encoding` without a body
  httpErrors.expectationFailed,
  httpErrors.headersTooLarge,
  httpErrors.internal,
  httpErrors.timeout,
];

/**
 * What any statement can get, also one that reads: a migration may hold its table, a sort may fill the disk, and some
 * reads note that they happened.
 */
const IN_DATABASE: readonly ProblemDef[] = [
  databaseErrors.unavailable,
  databaseErrors.timeout,
  databaseErrors.locked,
  databaseErrors.diskFull,
  databaseErrors.readOnly,
];

/** Every problem that an operation can answer: what follows from what it is, and the errors that its route names. */
export function refusalsOf({ method, schema, config }: DescribedRoute, stepUp: ProblemDef): ProblemDef[] {
  const { access = 'public', apiKeys, recent = false, errors = [], impersonation } = config;
  const refusesKeys = refusesApiKeys({ access, apiKeys, recent });
  const takesKey = takesIdempotencyKey(method, config);
  const takesInput =
    config.form || config.takes || schema['body'] || schema['querystring'] || schema['params'] || takesKey;
  const all = [
    ...errors,
    ...ANYWHERE,
    ...(config.serves && method === 'GET' ? [httpErrors.preconditionFailed, httpErrors.rangeNotSatisfiable] : []),
    ...(method === 'GET' ? [] : [httpErrors.tooLarge]),
    ...(takesInput ? [httpErrors.invalid] : []),
    ...(schema['params'] ? [httpErrors.notFound] : []), // an empty one
    ...(config.isUnlimited || config.isUncounted ? [] : [httpErrors.tooManyRequests]),
    ...(config.isUnlimited ? [] : [httpErrors.overloaded]),
    ...(config.skipsAuthentication ? [] : IN_DATABASE),
    ...(config.skipsAuthentication || config.isUnlimited ? [] : [databaseErrors.shareUsed]),
    ...(access === 'public' ? [] : [httpErrors.notSignedIn]),
    ...(typeof access === 'string' ? [] : [httpErrors.forbidden]),
    ...(refusesKeys ? [httpErrors.apiKeyRefused] : []),
    ...(!refusesKeys && refusesImpersonation(method, { access, impersonation })
      ? [httpErrors.impersonationRefused]
      : []), // who acts as somebody has a key
    ...(recent ? [stepUp] : []),
    ...(takesKey ? [httpErrors.idempotencyRunning, httpErrors.idempotencyConflict] : []),
    ...(refusesIdempotencyKey(method, config) ? [httpErrors.idempotencyRefused] : []),
  ];
  return [...new Set(all)];
}
