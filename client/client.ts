/**
 * The client of a Bonyan server, for browsers and Node: every operation of `openapi.json` with its types, a session that
 * refreshes itself, retries that honour `Retry-After`, and idempotency keys for what they make safe to repeat.
 */
import createFetchClient, { type Client } from 'openapi-fetch';
import { take, toApiError, type ApiError } from './answer.ts';
import { readEvents, type ServerEvent } from './events.ts';
import { keepFollowing, type StreamState } from './following.ts';
import { keyedPaths } from './keyed.ts';
import { discard, pause, withRetries, type RetryPolicy } from './retry.ts';
import type { CodeSignIn, Credentials, MfaAnswer, MfaRequired, paths, Tokens } from './schema.d.ts';
import { createSession } from './session.ts';
import { createUploads } from './upload.ts';

export type * from './schema.d.ts';
export { ApiError, take } from './answer.ts';
export type { ServerEvent } from './events.ts';
export type { StreamState } from './following.ts';
export type { UploadProgress } from './sending.ts';
export type { Upload, UploadOptions, UploadStore } from './upload.ts';

const API = '/api/v1/users';
const SILENCE_MS = 45_000;
const SIGNED_OUT = 'the session of this stream has ended';

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

export interface ListenOptions<P extends StreamPath> extends FollowOptions<P> {
  readonly onState?: (state: StreamState) => void;
  /**
   * Whether a refusal (400, 401, 403, 404) is asked again all the same, such as one of a token that `token` replaces next
   * time. Default: never, and the iteration rejects.
   */
  readonly asksAgain?: (refusal: ApiError) => boolean;
}

export function createClient(options: ClientOptions) {
  const { baseUrl, token, keeps = 'memory', language, onSignedOut = () => {} } = options;
  const send = withRetries(options.fetch ?? ((request) => fetch(request)), options.retry);
  const cookieHeaders = keeps === 'cookie' ? { 'X-Refresh-Cookie': 'true' as const } : {};
  const wait = options.retry?.wait ?? pause;
  const session = createSession({ keeps, renew, revoke, onSignedOut });

  const api: Client<paths> = createFetchClient<paths>({ baseUrl, fetch: sendAuthorised });
  api.use({
    onRequest({ request, schemaPath }) {
      if (language) request.headers.set('accept-language', language());
      const isKeyed = request.method === 'POST' && keyedPaths.has(schemaPath);
      if (isKeyed && !request.headers.has('idempotency-key')) request.headers.set('idempotency-key', newKey());
      return request;
    },
  });

  async function sendAuthorised(request: Request): Promise<Response> {
    if (isOfSession(request)) return send(request);
    if (token) return send(authorise(request, await token()));
    const person = session.userId();
    const used = await session.freshToken();
    const retried = used === null ? request : request.clone();
    const response = await send(authorise(request, used));
    if (response.status !== 401 || used === null) return response;
    // Another request may have refreshed the session meanwhile.
    if (session.accessToken() === used) await session.refresh();
    // What one person has begun is not sent as another one, who has signed in meanwhile.
    const fresh = session.userId() === person ? session.accessToken() : null;
    if (fresh === null || fresh === used) return response;
    await discard(response);
    return send(authorise(retried, fresh));
  }

  async function follow<P extends StreamPath>(
    path: P,
    { query, signal, lastEventId = null, silenceMs = SILENCE_MS }: FollowOptions<P>,
  ): Promise<AsyncIterable<ServerEvent>> {
    // The types of openapi-fetch do not follow a path that is a parameter: each of these has a query and a stream.
    const get = api.GET as unknown as (path: string, init: object) => Promise<StreamAnswer>;
    const headers = lastEventId === null ? {} : { 'Last-Event-ID': lastEventId };
    const body = await take(get(path, { params: { query }, headers, signal, parseAs: 'stream' }));
    return readEvents(body, silenceMs, signal);
  }

  function listen<P extends StreamPath>(path: P, how: ListenOptions<P>): AsyncIterable<ServerEvent> {
    const { signal, lastEventId = null, onState = () => {}, asksAgain = () => false } = how;
    const person = session.userId();
    async function open(after: string | null): Promise<AsyncIterable<ServerEvent>> {
      if (session.userId() !== person) throw toApiError(null, { status: 401, statusText: SIGNED_OUT });
      return follow(path, { ...how, lastEventId: after });
    }
    return keepFollowing({ open, signal, lastEventId, onState, asksAgain, wait });
  }

  async function renew(refreshToken: string | null): Promise<Tokens | null> {
    const { data, error, response } = await api.POST(`${API}/refresh`, {
      params: { header: { 'X-Requested-With': 'bonyan', ...cookieHeaders } },
      body: refreshToken === null ? {} : { refreshToken },
    });
    if (!data && response.status !== 401) throw toApiError(error, response);
    return data ?? null;
  }

  async function revoke(refreshToken: string | null): Promise<void> {
    await take(
      api.POST(`${API}/revoke`, {
        params: { header: { 'X-Requested-With': 'bonyan' } },
        body: refreshToken === null ? {} : { refreshToken },
      }),
    );
  }

  /** The address of a new resumable upload. */
  async function beginUpload(metadata: string, totalBytes: number, signal: AbortSignal): Promise<string> {
    const header = {
      'Tus-Resumable': '1.0.0',
      'Upload-Length': String(totalBytes),
      ...(metadata !== '' && { 'Upload-Metadata': metadata }),
    };
    // The types ask for the bytes, which come later.
    const answer = api.POST('/api/v1/files/uploads', { params: { header }, body: undefined as never, signal });
    await take(answer);
    const { response } = await answer;
    return new URL(response.headers.get('location') ?? '', response.url).href;
  }

  async function inTurn<R extends Tokens | MfaRequired>(signIn: () => Promise<R>): Promise<R> {
    const answer = await session.inTurn(signIn);
    if ('accessToken' in answer) session.accept(answer);
    return answer;
  }

  const header = cookieHeaders;
  return {
    /** Every operation, by path: `api.GET('/api/v1/todos', { params })`. Answers `data` or `error`. */
    api,
    /**
     * Server-sent events of one connection, once the answer has begun; the iteration ends with the connection.
     * @throws `ApiError` for a refusal; the iteration rejects when the connection is lost
     */
    follow,
    /**
     * Server-sent events until `signal` is aborted: each connection that ends is followed by one that goes on after the last
     * event, with a fresh token. What has no `id` may come again. The iteration rejects for a refusal that would not change.
     */
    listen,
    /** Of the session, renewed when it is about to expire: for a worker of the same page. Null for nobody. */
    accessToken: session.freshToken,
    /**
     * Begins a resumable upload of a `File` or `Blob`, and sends it until the server has all of it. It needs the permission
     * `files.write`. The bytes do not pass `fetch` of the options.
     */
    upload: createUploads({
      begin: beginUpload,
      send,
      headers: (): Record<string, string> => (language ? { 'accept-language': language() } : {}),
      async owner() {
        const owner = token ? ownerOf((await token()) ?? '') : session.userId();
        return owner === null ? null : `${baseUrl} ${owner}`;
      },
      wait,
    }),
    /** Answers `mfaRequired` where the account has a second factor: `finishSignIn` is next. */
    signIn: (body: Credentials) => inTurn(() => take(api.POST(`${API}/login`, { body, params: { header } }))),
    finishSignIn: (body: MfaAnswer) => inTurn(() => take(api.POST(`${API}/login/mfa`, { body, params: { header } }))),
    /** With the code that `requestLoginCode` has sent. */
    signInByCode: (body: CodeSignIn) =>
      inTurn(() => take(api.POST(`${API}/login/code/confirm`, { body, params: { header } }))),
    /** Keeps the tokens of a sign-in that was made by `api`. */
    accept: session.accept,
    /** New tokens for the session; null when it is over. Nobody needs to call it before a request. */
    refresh: session.refresh,
    /** Ends the session on the server too. A refresh that is under way does not sign in again. */
    signOut: session.signOut,
  };
}

type StreamAnswer = { data?: ReadableStream<Uint8Array>; error?: unknown; response: Response };

export type BonyanClient = ReturnType<typeof createClient>;

/** The header with which a change fails by 412 if somebody else has changed the resource since it was read. */
export function ifMatch({ version }: { readonly version: number }): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}

/**
 * The header by which the server does a POST once, however often it is sent within 24 hours: also by a program that was
 * started anew and does not know whether it has sent it. The client adds a new key where there is none.
 */
export function idempotencyKey(key: string): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key };
}

/** A page that was loaded over plain HTTP from another machine has no `crypto.randomUUID`. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whose a token is: its `sub`, or the API key without its secret; null for another form. */
function ownerOf(token: string): string | null {
  const [key] = /^bny_[a-z0-9]+/.exec(token) ?? [];
  if (key !== undefined) return key;
  try {
    const { sub } = JSON.parse(atob(token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''));
    return typeof sub === 'string' ? sub : null;
  } catch {
    return null;
  }
}

function authorise(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set('authorization', `Bearer ${token}`);
  return request;
}

/** Operations that make or end sessions are not sent with one, and never refresh it. */
function isOfSession({ url }: Request): boolean {
  return /\/api\/v1\/users\/(login|refresh|revoke)(\/|$)/.test(new URL(url).pathname);
}
