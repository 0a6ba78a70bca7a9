import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Access, Actor, Membership } from '#kernel/access.ts';
import { defineError, type ProblemDef } from '#kernel/problem.ts';
import type { Span } from '#platform/telemetry/port.ts';
import type { RequestScope } from '#platform/database/requests/request-scope.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Required: a route without it stops the start. */
    access: Access;
    /** Also requires that the caller's session has re-authenticated recently; refuses API keys. Not with `public`. */
    recent?: boolean;
    /** `taken`: API keys may call this route although its access is `user`. */
    apiKeys?: 'taken';
    /**
     * Whether who acts as the caller, for support, may call it. By default they may read, and nothing else. `allowed`:
     * nothing of the call outlives their hour but what it says; nobody can do more, or anything later, by it.
     */
    impersonation?: 'allowed' | 'refused';
    /** Errors of the route beside the common ones; for the OpenAPI document. */
    errors?: readonly ProblemDef[];
    /** Headers that the route reads beyond those of every route: name and description, for the OpenAPI document. */
    headers?: Readonly<Record<string, string>>;
    /** `refused`: the answer is secret and must not be stored for repetitions. */
    idempotency?: 'refused';
    /** Path of the created resource without its id, for `Location`; default: the route's path. */
    location?: string;
    /** The created resource has the path of the route itself, since each caller has one; for `Location`. */
    isSingleton?: boolean;
    /**
     * The caller is not looked up and counts as anonymous, so that the route answers without the database. Only with
     * `public`.
     */
    skipsAuthentication?: boolean;
    /** Unknown fields of the body are ignored, as the standard of the route demands; elsewhere they are refused. */
    ignoresUnknownFields?: boolean;
    /** People open it in a browser: its refusals are pages too. For routes below `/api/v1`; all others are anyway. */
    isPage?: boolean;
    /** Not counted by the rate limit; for routes of load balancers and monitors. */
    isUnlimited?: boolean;
    /** Not counted by the rate limit either, but refused while the process is overloaded: it has a bound of its own. */
    isUncounted?: boolean;
    /** The least that a 503 asks to wait, in seconds; for clients that soon give up, and wait as long as they are told. */
    minRetrySeconds?: number;
    /**
     * The handler reads the body itself while it arrives: `form` is multipart/form-data, read by `request.readForm()`. The
     * body may be of any length and take any time, but one that is idle for 30 s ends. `bytes` is
     * application/offset+octet-stream, or no body, read by `request.readBytes()`; the handler goes on when the client has
     * disconnected, to keep what has arrived.
     */
    takes?: 'form' | 'bytes';
    /**
     * The body is a batch, whose items the handler judges one by one: its texts are not checked, it may be compressed by
     * gzip (`bodyLimit` counts what it becomes), and JSON may have more values. Of `types`, beside JSON, it is a Buffer.
     */
    batch?: { readonly types: readonly BatchType[]; readonly maxTokens: number };
    /**
     * The handler answers when its work is done, however long that takes, and goes on when the client has disconnected.
     * Each of its statements has its time limit; the client can ask again what came of it.
     */
    isLong?: boolean;
    /** The route answers with `reply.sendBytes`: conditions and ranges of the request count. */
    serves?: 'bytes';
    /** With `takes`: the parts of the form, for the OpenAPI document. */
    form?: TSchema;
  }
  interface FastifyRequest {
    actor: Actor;
    /** What `If-Match` and `If-None-Match` demand of the resource that the request changes. */
    readonly precondition: Precondition;
    /**
     * Aborts when the client disconnects or the answer is late. Not Fastify's `signal`, which aborts once the body is
     * read.
     */
    readonly disconnectSignal: AbortSignal;
    /** The controller of `disconnectSignal`; null until that is first read. */
    disconnectController: AbortController | null;
    /** The span of the request; null without a collector. */
    span: Span | null;
    /** What the database knows of the request. */
    scope: RequestScope;
    /**
     * The form that the request brings; once, in a route with `takes: 'form'`.
     * @throws `http.unsupported_media_type`, `http.malformed`
     */
    readForm(): Form;
    /** The bytes that the request brings; once, in a route with `takes: 'bytes'`. */
    readBytes(): ArrivingBytes;
  }
  interface FastifyReply {
    /**
     * Answers with server-sent events, and a heartbeat every 15 s. The signal of `open` aborts when the stream ends:
     * the client has disconnected, the server closes, or the caller has lost the access (noticed within a second).
     * @throws `http.too_many_streams` when the caller has ten open streams in this process; `http.overloaded` when the
     * process has too many
     * @param access what the caller must keep; by default that of the route
     */
    streamEvents(open: (ended: AbortSignal) => AsyncIterable<StreamEvent>, access?: readonly Access[]): void;
    /**
     * Answers with bytes, or with the part of them that the request asks for, as RFC 9110 says; in a route with
     * `serves: 'bytes'`. A browser that shows them runs nothing of them.
     * @throws `http.precondition_failed`, `http.range_not_satisfiable`, and what `sizeBytes` and `open` throw
     */
    sendBytes(bytes: ServedBytes): Promise<FastifyReply>;
  }
}

/** Types of batches beside JSON. */
export type BatchType = 'application/x-ndjson' | 'application/x-protobuf';

/** What a request demands of the version of a resource before it changes it. */
export interface Precondition {
  /** @throws `http.precondition_failed` with the current version */
  require(version: number): void;
}

/** Bytes to answer with, which never change under one tag. */
export interface ServedBytes {
  /** A function, if they are made first: called only when some of them are sent. Then HEAD has no length. */
  readonly sizeBytes: number | (() => Promise<number>);
  /** Strong, with its quotes. */
  readonly etag: string;
  /** Null: only the tag tells one version from another. */
  readonly modifiedAt: Date | null;
  readonly contentType: string;
  /** The whole value of `Content-Disposition`. */
  readonly disposition: string;
  /** Called once, if bytes are sent: all of them, or from `start` to `end`, both included. */
  open(part: { readonly start: number; readonly end: number } | null): Promise<Readable>;
  /** Called once, before an answer without bytes: to HEAD, or by a condition or a range that cannot be satisfied. */
  decline(): Promise<void>;
}

/** A body of bytes, read while it arrives. */
export interface ArrivingBytes {
  /** False for a request without `Content-Type`. */
  readonly isThere: boolean;
  /** As `Content-Length` says; null for a body in chunks. */
  readonly sizeBytes: number | null;
  /** Whether there is a `Content-Digest` to compare with. */
  readonly hasDigest: boolean;
  /** Ends, and does not fail, when the body is cut off. */
  readonly bytes: AsyncGenerator<Uint8Array, void>;
  /** After `bytes` has ended: why the body was cut off; null for a whole one. */
  fault(): unknown;
  /** Ends `bytes` with what has arrived; the rest is dropped. `reason` is the fault. For a body that has ended: nothing. */
  stop(reason: unknown): void;
  /** After the last byte. @throws `http.digest_mismatch` */
  checkDigest(): void;
}

/** A form, read while it arrives: at most 20 short fields and one file. */
export interface Form {
  /**
   * In the order in which the client sends them. The content of a file is read or destroyed before the next part is asked
   * for. Rejects with `http.malformed`, `http.too_large`, `http.request_timeout`, or when the client has disconnected.
   */
  readonly parts: AsyncGenerator<FormPart, void>;
  /**
   * After the last part: compares `Content-Digest` with the body, or with the file, whose hash is given (lower-case
   * hexadecimal). @throws `http.digest_mismatch`
   */
  checkDigest(file: { readonly sha256: string }): void;
  /** Ends a form that still arrives: `parts`, and the content of a file, fail with `reason`. */
  stop(reason: Error): void;
}

export type FormPart =
  | { readonly kind: 'field'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      /** As the client has sent it, unchecked. */
      readonly fileName: string;
      /** In lower case, without parameters. */
      readonly contentType: string;
      readonly content: Readable;
    };

/** One server-sent event. */
export interface StreamEvent {
  readonly event: string;
  /** Where a client resumes after a lost connection (`Last-Event-ID`); null for events that need not be repeated. */
  readonly id: string | null;
  /** JSON. */
  readonly data: unknown;
}

/** What pages follow over `GET /api/v1/stream`. */
export interface Topic {
  /** Its module and a word, such as `logging.incidents`. */
  readonly name: string;
  readonly access: Exclude<Access, 'public'>;
  /** What its events tell; for the OpenAPI document. */
  readonly about: string;
  /** Ends when `ended` is aborted. `lastId`: the id of the last event that the client has, to go on after it. */
  open(actor: Actor, lastId: string | null, ended: AbortSignal): AsyncIterable<StreamEvent>;
}

/** The sender of a request: a user with a session, or an API key on behalf of a user. */
export interface Caller {
  readonly type: 'user' | 'apiKey';
  /** The user's. */
  readonly id: string;
  readonly sessionId: string | null;
  /** The one that the session works in, whether its user is still a member or not; null: none. */
  readonly organisationId?: string | null;
  /** Only of an `apiKey`: its id and scopes, and who acts as the user with it, for support. */
  readonly key?: { readonly id: string; readonly scopes: ReadonlySet<string>; readonly impersonatorId?: string };
}

/** A request that was refused with 403. */
export interface DeniedRequest {
  readonly actor: Actor;
  readonly method: string;
  /** The pattern of the route: a path can have secrets. */
  readonly route: string;
  /** Of the problem. */
  readonly code: string;
  /** The one that was missing; null where it was something else. */
  readonly permission: string | null;
}

/** Must return at once. */
export type OnDenied = (denied: DeniedRequest) => void;

/** Resolves the caller; null when the request has no valid credentials. Synchronous where possible. */
export type Authenticate = (request: FastifyRequest) => Caller | null | Promise<Caller | null>;

const BEARER = /^bearer +(.+)$/i;

/** The token of `Authorization: Bearer …`, whatever the case of the scheme (RFC 9110, 11.1); null for other requests. */
export function bearerTokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** The permissions of a caller at this moment. Synchronous where possible. */
export type PermissionsOf = (caller: Caller) => ReadonlySet<string> | Promise<ReadonlySet<string>>;

/** What a user may do in an organisation; null for one who is not a member. Synchronous while cached. */
export type MembershipOf = (userId: string, organisationId: string) => Membership | null | Promise<Membership | null>;

/**
 * The caller of an earlier request, by its session or API key; null when that has ended. Never stale. Synchronous where
 * possible.
 */
export type CallerOf = (actor: Pick<Actor, 'id' | 'sessionId' | 'apiKeyId'>) => Caller | null | Promise<Caller | null>;

/** The check of routes with `recent`. */
export interface StepUp {
  /** Throws `error` when the caller's last authentication is too old. Synchronous where possible. */
  demand(actor: Actor): void | Promise<void>;
  readonly error: ProblemDef;
}

/** The origins of pages that are trusted; always that of `BONYAN_PUBLIC_URL`, in development also each of this machine. */
export interface PageOrigins {
  /** Whether pages of `origin` may call the API and use its cookies. */
  mayCall(origin: string): boolean;
  /** Whether browsers may be sent to pages of `origin` with a one-time code. */
  mayReturn(origin: string): boolean;
  /** Whether pages of all other origins may call the API too, without cookies; never in production. */
  readonly isOpen: boolean;
}

/** Errors of any route. */
export const httpErrors = {
  invalid: defineError('http.invalid', 400, 'The request does not match its schema'),
  malformed: defineError('http.malformed', 400, 'The request cannot be read'),
  digestMismatch: defineError(
    'http.digest_mismatch',
    400,
    'The body does not have the digest that Content-Digest names',
  ),
  idempotencyRefused: defineError('http.idempotency_refused', 400, 'This operation does not accept an Idempotency-Key'),
  notSignedIn: defineError('http.not_signed_in', 401, 'Sign in first'),
  apiKeyRefused: defineError('http.api_key_refused', 403, 'An API key may not do this'),
  impersonationRefused: defineError('http.impersonation_refused', 403, 'Not while acting on behalf of somebody'),
  forbidden: defineError('http.forbidden', 403, 'Not allowed'),
  notFound: defineError('http.not_found', 404, 'No route has this path'),
  methodNotAllowed: defineError('http.method_not_allowed', 405, 'The method is not allowed for this path'),
  requestTimeout: defineError('http.request_timeout', 408, 'The request did not arrive in time'),
  idempotencyRunning: defineError('http.idempotency_running', 409, 'The first request with this key is still running'),
  preconditionFailed: defineError('http.precondition_failed', 412, 'The resource was changed meanwhile'),
  tooLarge: defineError('http.too_large', 413, 'The body is too large'),
  unsupportedMediaType: defineError('http.unsupported_media_type', 415, 'The content type is not supported'),
  rangeNotSatisfiable: defineError('http.range_not_satisfiable', 416, 'The range begins after the end'),
  expectationFailed: defineError('http.expectation_failed', 417, 'Only the expectation 100-continue is supported'),
  idempotencyConflict: defineError(
    'http.idempotency_conflict',
    422,
    'The idempotency key was used for another request',
  ),
  tooManyRequests: defineError('http.too_many_requests', 429, 'Too many requests'),
  topicUnknown: defineError('http.topic_unknown', 400, 'There is no such topic, or there are too many'),
  tooManyStreams: defineError('http.too_many_streams', 429, 'Too many streams are open'),
  headersTooLarge: defineError('http.headers_too_large', 431, 'The headers are too large or too many'),
  internal: defineError('http.internal', 500, 'Internal error'),
  overloaded: defineError('http.overloaded', 503, 'The server is busy'),
  timeout: defineError('http.timeout', 503, 'The answer took too long'),
};
