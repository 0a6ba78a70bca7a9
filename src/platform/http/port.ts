import type { FastifyRequest } from 'fastify';
import type { Access, Actor } from '#kernel/access.ts';
import { defineError, type ProblemDef } from '#kernel/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route demands of its caller. A route without one does not start. */
    access: Access;
    /** Beyond `access`: the caller's session proved who it is a short while ago. Never for `public`. */
    recent?: boolean;
    /** `taken`: a route for `user` that an API key may call too. */
    apiKeys?: 'taken';
    /** Errors of the route beyond those that any request can meet; for the OpenAPI document. */
    errors?: readonly ProblemDef[];
    /** Headers that the route reads beyond those of every route: name and description, for the OpenAPI document. */
    headers?: Readonly<Record<string, string>>;
    /** `refused`: the answer is a secret that must not be stored for repetition. */
    idempotency?: 'refused';
    /** Folder of the created resource, for `Location`; default: the route's own path. */
    location?: string;
    /** Who asks is not looked up, and is nobody: it answers while the database does not. Only with `public`. */
    skipsAuthentication?: boolean;
    /** Not counted by the rate limit: what load balancers and monitors ask. */
    isUnlimited?: boolean;
  }
  interface FastifyRequest {
    actor: Actor;
    /** Version in `If-Match`; null when any will do. A malformed one matches nothing. */
    readonly ifMatch: number | null;
    /** Aborts when nobody waits for the answer any more. Not Fastify's `signal`, which aborts once a body is read. */
    readonly disconnectSignal: AbortSignal;
    /** Behind `gone`; null while nobody has asked for that. */
    disconnectController: AbortController | null;
  }
  interface FastifyReply {
    /**
     * Answers server-sent events, with a heartbeat every 15 s. `open` is told by its signal when the stream is over: the
     * client left, the server closes, or the caller may no longer listen, which ends it within a second.
     * @throws `http.too_many_streams` when the caller has ten open in this process; `http.overloaded` when it has its
     * fill of them
     */
    streamEvents(open: (disconnectSignal: AbortSignal) => AsyncIterable<StreamEvent>): void;
  }
}

/** One server-sent event. */
export interface StreamEvent {
  readonly event: string;
  /** From where a client that lost the connection resumes (`Last-Event-ID`); null for what needs no repetition. */
  readonly id: string | null;
  /** JSON. */
  readonly data: unknown;
}

/** Who sends a request: a user with a session, or a machine on behalf of one. */
export interface Caller {
  readonly type: 'user' | 'apiKey';
  /** The user's. */
  readonly id: string;
  readonly sessionId: string | null;
  /** Of an `apiKey`: its own id, and the permissions it was made for. */
  readonly key?: { readonly id: string; readonly scopes: ReadonlySet<string> };
}

/** Resolves the caller; null when the request carries no valid credentials. At once where it can. */
export type Authenticate = (request: FastifyRequest) => Caller | null | Promise<Caller | null>;

/** What a caller may do at this moment. At once where it can. */
export type PermissionsOf = (caller: Caller) => ReadonlySet<string> | Promise<ReadonlySet<string>>;

/** What a route with `recent` demands beyond its access. */
export interface StepUp {
  /** Refuses with `error` a caller whose last proof is too old. At once where it can. */
  demand(actor: Actor): void | Promise<void>;
  readonly error: ProblemDef;
}

/** What can become of any request, whatever its route. */
export const httpErrors = {
  invalid: defineError('http.invalid', 400, 'The request does not match its schema'),
  malformed: defineError('http.malformed', 400, 'The request cannot be read'),
  idempotencyRefused: defineError('http.idempotency_refused', 400, 'This call takes no Idempotency-Key'),
  notSignedIn: defineError('http.not_signed_in', 401, 'Sign in first'),
  apiKeyRefused: defineError('http.api_key_refused', 403, 'An API key may not do this'),
  forbidden: defineError('http.forbidden', 403, 'Not allowed'),
  notFound: defineError('http.not_found', 404, 'There is nothing at this address'),
  methodNotAllowed: defineError('http.method_not_allowed', 405, 'This address does not take that method'),
  requestTimeout: defineError('http.request_timeout', 408, 'The request did not arrive in time'),
  idempotencyRunning: defineError('http.idempotency_running', 409, 'The first request with this key is still running'),
  preconditionFailed: defineError('http.precondition_failed', 412, 'Somebody has changed it meanwhile'),
  tooLarge: defineError('http.too_large', 413, 'The body is too large'),
  unsupportedMediaType: defineError('http.unsupported_media_type', 415, 'The content type is not supported'),
  idempotencyConflict: defineError('http.idempotency_conflict', 422, 'The key was used for another request'),
  tooManyRequests: defineError('http.too_many_requests', 429, 'Too many requests'),
  tooManyStreams: defineError('http.too_many_streams', 429, 'Too many streams are open'),
  headersTooLarge: defineError('http.headers_too_large', 431, 'The headers are too large or too many'),
  internal: defineError('http.internal', 500, 'Internal error'),
  overloaded: defineError('http.overloaded', 503, 'The server is busy'),
  timeout: defineError('http.timeout', 503, 'The answer took too long'),
};
