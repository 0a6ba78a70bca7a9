/**
 * The client of a Bonyan server, for browsers and Node: every operation of `openapi.json` with its types, a session that
 * refreshes itself, retries that honour `Retry-After`, and idempotency keys for what they make safe to repeat.
 */
import createFetchClient, { type Client } from 'openapi-fetch';
import { readEvents, type ServerEvent } from './events.ts';
import { keyedPaths } from './keyed.ts';
import { withRetries, type RetryPolicy } from './retry.ts';
import type { CodeSignIn, Credentials, MfaAnswer, MfaRequired, paths, Problem, Tokens } from './schema.d.ts';

export type * from './schema.d.ts';
export type { ServerEvent } from './events.ts';

const API = '/api/v1/users';
const SILENCE_MS = 45_000;
const EARLY_MS = 30_000; // a token is renewed before it expires, so that no request waits for a refusal first

export interface ClientOptions {
  /** What comes before `/api/v1`: the public address of the server. */
  readonly baseUrl: string;
  /** An API key or a token from elsewhere, asked for with each request. The client then has no session of its own. */
  readonly token?: () => string | null | Promise<string | null>;
  /**
   * Where the refresh token is: in a cookie that scripts cannot read (pages of the server's own site), or in the memory of
   * this client (programs). Default: memory.
   */
  readonly keeps?: 'cookie' | 'memory';
  /** Of titles and messages. */
  readonly language?: () => string;
  readonly retry?: RetryPolicy;
  readonly fetch?: (request: Request) => Promise<Response>;
  /** The session is over: it was ended elsewhere, or has expired. */
  readonly onSignedOut?: () => void;
}

/** A refusal of the server. `code` is for programs; `traceId` names the call in the logs. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/** The operations that answer server-sent events. */
export type StreamPath = {
  [P in keyof paths]: paths[P] extends { get: { responses: { 200: { content: { 'text/event-stream': unknown } } } } }
    ? P
    : never;
}[keyof paths];

export interface FollowOptions<P extends StreamPath> {
  readonly query: paths[P]['get']['parameters']['query'];
  readonly signal: AbortSignal;
  /** Of the last event that was received: the stream goes on after it. */
  readonly lastEventId?: string | null;
  /** A connection on which nothing came for so long counts as lost. Default: 45 seconds, three heartbeats. */
  readonly silenceMs?: number;
}

export function createClient(options: ClientOptions) {
  const { baseUrl, token, keeps = 'memory', language, onSignedOut = () => {} } = options;
  const send = withRetries(options.fetch ?? ((request) => fetch(request)), options.retry);
  const cookieHeaders = keeps === 'cookie' ? { 'X-Refresh-Cookie': 'true' as const } : {};
  let current: { readonly accessToken: string; readonly staleAt: number } | null = null;
  let refreshToken: string | null = null;
  let userId: string | null = null; // whose session this is
  let refreshing: Promise<Tokens | null> | null = null;

  const api: Client<paths> = createFetchClient<paths>({ baseUrl, fetch: sendAuthorised });
  api.use({
    onRequest({ request, schemaPath }) {
      if (language) request.headers.set('accept-language', language());
      const isKeyed = request.method === 'POST' && keyedPaths.has(schemaPath);
      if (isKeyed && !request.headers.has('idempotency-key'))
        request.headers.set('idempotency-key', crypto.randomUUID());
      return request;
    },
  });

  async function sendAuthorised(request: Request): Promise<Response> {
    if (isOfSession(request)) return send(request);
    if (token) return send(authorise(request, await token()));
    await freshToken();
    const used = current;
    const retried = used ? request.clone() : request;
    const response = await send(authorise(request, used?.accessToken ?? null));
    if (response.status !== 401 || !used) return response;
    // Another request may have refreshed the session meanwhile.
    if (current === used && !(await refresh())) return response;
    return send(authorise(retried, accessToken()));
  }

  function accessToken(): string | null {
    return current?.accessToken ?? null;
  }

  async function freshToken(): Promise<string | null> {
    if (current && Date.now() > current.staleAt) await refresh();
    return accessToken();
  }

  async function follow<P extends StreamPath>(
    path: P,
    { query, signal, lastEventId = null, silenceMs = SILENCE_MS }: FollowOptions<P>,
  ): Promise<AsyncIterable<ServerEvent>> {
    // The types of openapi-fetch do not follow a path that is a parameter: each of these has a query and a stream.
    const get = api.GET as unknown as (path: string, init: object) => Promise<StreamAnswer>;
    const headers = lastEventId === null ? {} : { 'Last-Event-ID': lastEventId };
    const body = await take(get(path, { params: { query }, headers, signal, parseAs: 'stream' }));
    return readEvents(body, silenceMs);
  }

  function accept(tokens: Tokens): Tokens {
    current = { accessToken: tokens.accessToken, staleAt: Date.now() + tokens.expiresIn * 1000 - EARLY_MS };
    refreshToken = tokens.refreshToken ?? null;
    userId = tokens.user.id;
    return tokens;
  }

  /**
   * New tokens for the session; null if there is none any more. Calls at the same time share one request, and tabs of a
   * browser take turns: a refresh token is good for one use.
   */
  function refresh(): Promise<Tokens | null> {
    refreshing ??= inTurn(renew).finally(() => (refreshing = null));
    return refreshing;
  }

  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    return keeps === 'cookie' && 'locks' in navigator ? navigator.locks.request('bonyan.refresh', work) : work();
  }

  async function renew(): Promise<Tokens | null> {
    if (keeps === 'memory' && refreshToken === null) return null;
    const { data, error, response } = await api.POST(`${API}/refresh`, {
      params: { header: { 'X-Requested-With': 'bonyan', ...cookieHeaders } },
      body: refreshToken === null ? {} : { refreshToken },
    });
    // Another tab may have signed in as somebody else: this one does not go on as that person.
    if (data && (userId === null || data.user.id === userId)) return accept(data);
    if (!data && response.status !== 401) throw new ApiError(isProblem(error) ? error : unknownProblem(response));
    const hadSession = current !== null;
    [current, refreshToken, userId] = [null, null, null];
    if (hadSession) onSignedOut();
    return null;
  }

  function signedIn<R extends Tokens | MfaRequired>(answer: R): R {
    if ('accessToken' in answer) accept(answer);
    return answer;
  }

  const header = cookieHeaders;
  return {
    /** Every operation, by path: `api.GET('/api/v1/todos', { params })`. Answers `data` or `error`. */
    api,
    /**
     * Server-sent events, once the answer has begun; the iteration ends with the connection. Who wants to go on calls it
     * again, with the last `id`. @throws `ApiError` for a refusal; the iteration rejects when the connection is lost
     */
    follow,
    /** Of the session, renewed when it is about to expire: for a worker of the same page. Null for nobody. */
    accessToken: freshToken,
    /** Answers `mfaRequired` where the account has a second factor: `finishSignIn` is next. */
    signIn: async (body: Credentials) => signedIn(await take(api.POST(`${API}/login`, { body, params: { header } }))),
    finishSignIn: async (body: MfaAnswer) =>
      signedIn(await take(api.POST(`${API}/login/mfa`, { body, params: { header } }))),
    /** With the code that `requestLoginCode` has sent. */
    signInByCode: async (body: CodeSignIn) =>
      signedIn(await take(api.POST(`${API}/login/code/confirm`, { body, params: { header } }))),
    /** Keeps the tokens of a sign-in that was made by `api`. */
    accept,
    refresh,
    /** Ends the session on the server too. */
    async signOut(): Promise<void> {
      await take(
        api.POST(`${API}/revoke`, {
          params: { header: { 'X-Requested-With': 'bonyan' } },
          body: refreshToken === null ? {} : { refreshToken },
        }),
      );
      [current, refreshToken, userId] = [null, null, null];
    },
  };
}

type StreamAnswer = { data?: ReadableStream<Uint8Array>; error?: unknown; response: Response };

export type BonyanClient = ReturnType<typeof createClient>;

/** The data of an answer. @throws `ApiError` for a refusal */
export async function take<T>(
  answer: Promise<{ data?: T | undefined; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T; // undefined where the type of T says that there is no body
  if (isProblem(error)) throw new ApiError(error);
  throw new ApiError(unknownProblem(response));
}

/** The header with which a change fails by 412 if somebody else has changed the resource since it was read. */
export function ifMatch({ version }: { readonly version: number }): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}

/** The answer of a proxy. */
function unknownProblem({ status, statusText }: Response): Problem {
  return { type: 'about:blank', title: statusText, status, code: 'http.unknown' };
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'status' in error;
}

function authorise(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set('authorization', `Bearer ${token}`);
  return request;
}

/** Operations that make or end sessions are not sent with one, and never refresh it. */
function isOfSession({ url }: Request): boolean {
  return /\/api\/v1\/users\/(login|refresh|revoke)(\/|$)/.test(new URL(url).pathname);
}
