import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import createRouter from 'find-my-way';
import { createAddressFilter } from '#kernel/network.ts';
import { anonymous, type Actor } from '#kernel/access.ts';
import type { Cache } from '#platform/cache/port.ts';
import type { Config } from '#platform/config/load.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { Module, Routes } from '#platform/module.ts';
import { createIdentify, enforce, originOf, toRequestId } from './access.ts';
import { readBodies } from './bodies.ts';
import { answerNotModified, toPrecondition } from './conditions.ts';
import { closeIdleConnections, createBoundedServer } from './connections.ts';
import { createIdempotency } from './idempotency.ts';
import {
  createBrokenRequestHandler,
  HEADERS_CHECK_MS,
  HEADERS_TIMEOUT_MS,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  MAX_PUBLIC_BODY_BYTES,
  NODE_MAX_HEADERS,
  refuseBadHeaders,
  watchBody,
  watchHandler,
} from './limits.ts';
import { describeRoute } from './reference/operations.ts';
import { watchEventLoop } from './overload.ts';
import { httpErrors, type Authenticate, type PermissionsOf, type StepUp } from './port.ts';
import { createErrorHandler, type Catalogue } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';
import { DOCS_PATH, openApiHead, polish, referenceRoutes } from './reference/document.ts';
import { DOCS_POLICY, securityHeaders } from './security-headers.ts';
import { decorateStreams } from './streams.ts';
import { closeObjects, createSerializerCompiler, createValidatorCompiler } from './validation.ts';

const MAX_WAITING = 100; // requests that wait for a database connection; further ones would wait in vain
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export interface ServerNeeds {
  readonly config: Config;
  readonly modules: readonly Module[];
  /** Routes of the platform itself, outside `/api/v1`. */
  readonly platformRoutes: readonly Routes[];
  readonly catalogue: Catalogue;
  readonly authenticate: Authenticate;
  readonly permissionsOf: PermissionsOf;
  readonly stepUp: StepUp;
  readonly pool: Pool;
  readonly cache: Cache;
  readonly keys: Keys;
  readonly log: Log;
}

/** Builds the server. Access rules, limits, validation and problem+json are applied only here. */
export async function createHttpServer(needs: ServerNeeds) {
  const { config, catalogue, log } = needs;
  const headers = securityHeaders(config);
  const answerError = createErrorHandler(catalogue, log);
  const http = Fastify({
    logger: false,
    serverFactory: (handler, options) => createBoundedServer(options.http ?? {}, handler),
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // its answer is not problem+json; late requests are served, and their connections closed
    trustProxy: config.trustedProxies.length > 0 ? createAddressFilter(config.trustedProxies) : false,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: HEADERS_CHECK_MS,
      requestTimeout: 0, // a slow body that keeps arriving is allowed
      joinDuplicateHeaders: false,
      requireHostHeader: false, // Node's refusal is not problem+json; ours is
    },
    routerOptions: { maxParamLength: MAX_HEADER_BYTES }, // the schema of the route limits the length
    clientErrorHandler: createBrokenRequestHandler(headers),
    genReqId: (raw) => toRequestId(raw.headers['x-request-id']),
    frameworkErrors: (error, request, reply) => {
      request.actor = anonymous(originOf(request)); // no hook has run
      reply.headers({ ...headers, 'x-request-id': request.id });
      answerError(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  http.server.maxHeadersCount = NODE_MAX_HEADERS;
  http.setValidatorCompiler(createValidatorCompiler());
  http.setSerializerCompiler(createSerializerCompiler());
  http.setErrorHandler(answerError);
  readBodies(http);

  if (config.corsOrigins.length > 0) {
    await http.register(cors, { origin: config.corsOrigins.includes('*') ? '*' : config.corsOrigins, maxAge: 600 });
  }
  await http.register(swagger, {
    openapi: openApiHead(config, needs.modules),
    transform: ({ schema, url, route }) => ({
      schema: describeRoute(
        { method: String(route.method), url, schema: schema ?? {}, config: route.config ?? {} },
        needs.stepUp.error,
      ),
      url,
    }),
  });

  decorate(http);
  http.addHook('preClose', async () => closeIdleConnections(http.server));
  prepareRoutes(http, needs);
  addRequestHooks(http, needs, headers);
  await http.register(cookie);
  answerUnknown(http);

  const document = () => polish(http.swagger());
  for (const { routes } of needs.modules) if (routes) await http.register(routes, { prefix: '/api/v1' });
  for (const { publicRoutes } of needs.modules) if (publicRoutes) await http.register(publicRoutes);
  for (const routes of needs.platformRoutes) await http.register(routes);
  await http.register(referenceRoutes(document));
  await http.ready();
  return { http, openApi: document };
}

function decorate(http: FastifyInstance): void {
  http.decorateRequest('actor');
  http.decorateRequest('disconnectController', null);
  http.decorateRequest('disconnectSignal', {
    getter(this: FastifyRequest) {
      this.disconnectController ??= new AbortController();
      return this.disconnectController.signal;
    },
  });
  http.decorateRequest('precondition', {
    getter(this: FastifyRequest) {
      return toPrecondition(this);
    },
  });
}

/**
 * Checks each route's access rule, makes its schemas refuse unknown fields, and adds `ETag`, `Location` and
 * idempotency.
 */
function prepareRoutes(http: FastifyInstance, { modules, pool, keys }: ServerNeeds): void {
  const declared = new Set(modules.flatMap(({ permissions = [] }) => permissions.map(({ code }) => code)));
  const idempotency = createIdempotency(pool, keys);
  http.addHook('onRoute', (route) => {
    if (route.url.startsWith(DOCS_PATH)) route.config = { ...route.config, access: 'public' }; // routes of the plugin
    checkAccess(route, declared);
    const schema = { ...route.schema } as Record<string, unknown>; // JSON Schema, part by part
    const closed = route.config?.ignoresUnknownFields ? ['querystring', 'params'] : ['body', 'querystring', 'params'];
    for (const part of closed) if (schema[part]) schema[part] = closeObjects(schema[part]);
    if (Object.keys(schema).length > 0) route.schema = schema;
    if (answersResource(schema)) {
      route.preSerialization = [addEntityHeaders];
      if (route.method !== 'POST') route.onSend = [answerNotModified];
    }
    const { access, idempotency: rule } = route.config ?? {};
    if (access === 'public') route.bodyLimit ??= MAX_PUBLIC_BODY_BYTES;
    if (route.method !== 'POST' || (access === 'public' && rule !== 'refused')) return;
    route.preHandler = [idempotency.before];
    route.onSend = [idempotency.after];
  });
}

/** Mistakes in a route's configuration stop the start. */
function checkAccess({ method, url, config }: RouteOptions, declared: ReadonlySet<string>): void {
  const access = config?.access;
  if (!access) throw new Error(`${String(method)} ${url} has no access rule: set config.access`);
  if (access !== 'public' && config.skipsAuthentication)
    throw new Error(`${String(method)} ${url} cannot use skipsAuthentication: its access is not public`);
  if (access === 'public' && config.recent)
    throw new Error(`${String(method)} ${url} cannot use recent: its access is public`);
  if (typeof access === 'string' || declared.has(access.code)) return;
  throw new Error(
    `${String(method)} ${url} requires the permission ${access.code}, which no module declares in its \`permissions\``,
  );
}

function answersResource(schema: Record<string, unknown>): boolean {
  const response = (schema['response'] ?? {}) as Record<string, { properties?: Record<string, unknown> }>;
  return Object.entries(response).some(
    ([status, { properties }]) => status.startsWith('2') && properties?.['id'] !== undefined,
  );
}

/** `ETag` is the version; `Location` is the address of the created resource. */
function addEntityHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  const { id, version } = (payload ?? {}) as { id?: unknown; version?: unknown };
  if (typeof version === 'number') reply.header('etag', `"${version}"`);
  const { location = reply.statusCode === 201 ? request.url.split('?')[0] : undefined } = request.routeOptions.config;
  const isMade = reply.statusCode === 201 || reply.statusCode === 202;
  if (isMade && location !== undefined && typeof id === 'string') reply.header('location', `${location}/${id}`);
  done(null, payload);
}

function addRequestHooks(
  http: FastifyInstance,
  { config, cache, pool, authenticate, permissionsOf, stepUp }: ServerNeeds,
  headers: Readonly<Record<string, string>>,
): void {
  const identify = createIdentify(authenticate, permissionsOf);
  const limit = createRateLimit(cache, config.rateLimitPerMinute);
  const eventLoop = watchEventLoop(config.maxLoopDelayMs);
  http.addHook('onClose', async () => eventLoop.stop());
  decorateStreams(http, async (request) => {
    const actor = await identify(request, originOf(request));
    const { access } = request.routeOptions.config;
    return (
      access === 'public' || (actor.type !== 'anonymous' && (access === 'user' || actor.permissions.has(access.code)))
    );
  });

  http.addHook('onRequest', (request, reply, done) => {
    watchHandler(request, reply);
    reply.headers(headers).header('x-request-id', request.id);
    if (request.url.startsWith(DOCS_PATH)) reply.header('content-security-policy', DOCS_POLICY);
    const origin = originOf(request);
    request.actor = anonymous(origin); // for the error handler, if what follows throws
    refuseBadHeaders(request);
    if (hasEmptyValue(request.params)) throw httpErrors.notFound();
    const isBusy = eventLoop.isOverloaded() || pool.waiting() > MAX_WAITING;
    // All answers would be late: some requests are refused, so that others are in time.
    if (isBusy && !request.routeOptions.config.isUnlimited) throw httpErrors.overloaded({ retryAfterSeconds: 1 });
    const actor = request.routeOptions.config.skipsAuthentication ? request.actor : identify(request, origin);
    const admitted =
      actor instanceof Promise ? actor.then((known) => admit(known, request, reply)) : admit(actor, request, reply);
    // oxlint-disable-next-line no-callback-in-promise -- a hook that may be done at once goes on by callback
    if (admitted instanceof Promise) admitted.then(() => done(), done);
    else done(); // most requests need no promise, which would cost more than the steps themselves
  });

  function admit(actor: Actor, request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    request.actor = actor;
    const counted = limit && !request.routeOptions.config.isUnlimited ? limit(request, reply) : undefined;
    return counted instanceof Promise ? counted.then(() => enter(request)) : enter(request);
  }

  function enter(request: FastifyRequest): void | Promise<void> {
    const { access, apiKeys, recent } = request.routeOptions.config;
    if (access) enforce({ access, apiKeys, recent }, request.actor);
    watchBody(request);
    return recent ? stepUp.demand(request.actor) : undefined;
  }
}

/** Answers 405 when the path exists with another method, else 404. */
function answerUnknown(http: FastifyInstance): void {
  const router = createRouter({ ignoreTrailingSlash: false, maxParamLength: MAX_HEADER_BYTES });
  http.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const name of [method].flat())
      if (!router.hasRoute(name as 'GET', url)) router.on(name as 'GET', url, () => {});
  });
  http.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const allowed = METHODS.filter((method) => {
      const route = router.find(method, path);
      return route && !hasEmptyValue(route.params);
    });
    // With its own method among them, it is a file that is missing below a path of files.
    if (allowed.length === 0 || allowed.some((method) => method === request.method)) throw httpErrors.notFound();
    reply.header('allow', allowed.join(', '));
    throw httpErrors.methodNotAllowed();
  });
}

/** `/todos/` is no spelling of `/todos/{id}`. */
function hasEmptyValue(params: unknown): boolean {
  return Object.values(params ?? {}).includes('');
}
