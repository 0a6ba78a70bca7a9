import Fastify, {
  type FastifyContextConfig,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import createRouter from 'find-my-way';
import { anonymous, type Access, type Actor } from '#kernel/access.ts';
import { createLinks, type Links } from '#kernel/links.ts';
import { createAddressFilter, toNetwork } from '#kernel/network.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Cache } from '#platform/cache/port.ts';
import type { Config } from '#platform/config/load.ts';
import type { Pool } from '#platform/database/pool.ts';
import { openRequestScope, type RequestScopes } from '#platform/database/requests/request-scope.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Log } from '#platform/log/port.ts';
import { createRequestLog } from '#platform/log/requests.ts';
import type { Tracer } from '#platform/telemetry/port.ts';
import type { RequestMeter } from '#platform/telemetry/requests.ts';
import type { Module, Routes } from '#platform/module.ts';
import { createPageSite } from '#platform/pages/port.ts';
import { createIdentify, createIsStillAdmitted, enforce, openSpan, originOf, toRequestId } from './access.ts';
import { takeBatches } from './bytes/batches.ts';
import { readBodies } from './bodies.ts';
import { answerNotModified, answersResource, tagAnswer, toPrecondition } from './conditions.ts';
import { closeIdleConnections, createBoundedServer } from './connections.ts';
import { decorateBytes } from './bytes/answer.ts';
import { watchLeaving } from './bytes/leaving.ts';
import { takeBytes } from './bytes/arriving.ts';
import { takeForms } from './bytes/forms.ts';
import { createIdempotency, refusesIdempotencyKey, takesIdempotencyKey } from './idempotency.ts';
import {
  createBrokenRequestHandler,
  HEADERS_CHECK_MS,
  HEADERS_TIMEOUT_MS,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  MAX_PUBLIC_BODY_BYTES,
  MAX_USER_BODY_BYTES,
  NODE_MAX_HEADERS,
  refuseBadHeaders,
  watchBody,
  watchHandler,
} from './limits.ts';
import { createCors, METHODS, type Cors } from './origins/cors.ts';
import { describeRoute } from './reference/operations.ts';
import { watchEventLoop } from './overload.ts';
import {
  httpErrors,
  type Authenticate,
  type CallerOf,
  type OnDenied,
  type MembershipOf,
  type PageOrigins,
  type PermissionsOf,
  type StepUp,
} from './port.ts';
import { createErrorHandler, type Catalogue } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';
import { openApiHead, openApiRoutes, polish } from './reference/document.ts';
import { DOCS_PATH, referencePage } from './reference/page.ts';
import { DOCS_POLICY, securityHeaders } from './security-headers.ts';
import { decorateStreams } from './streams.ts';
import { topicRoutes } from './topics/routes.ts';
import { closeObjects, createSerializerCompiler, createValidatorCompiler } from './validation.ts';

const READING = new Set(['GET', 'HEAD']);
const MAX_WAITING = 100; // requests that wait for a database connection; further ones would wait in vain

export interface ServerNeeds {
  readonly config: Config;
  readonly modules: readonly Module[];
  /** Routes of the platform itself, outside `/api/v1`. */
  readonly platformRoutes: readonly Routes[];
  readonly catalogue: Catalogue;
  readonly authenticate: Authenticate;
  readonly callerOf: CallerOf;
  readonly permissionsOf: PermissionsOf;
  /** Default: there are no organisations. */
  readonly membershipOf?: MembershipOf;
  readonly stepUp: StepUp;
  readonly origins: PageOrigins;
  readonly branding: Branding;
  readonly pool: Pool;
  readonly scopes: RequestScopes;
  readonly cache: Cache;
  readonly keys: Keys;
  readonly meter: RequestMeter;
  readonly tracer: Tracer;
  readonly log: Log;
  readonly onDenied?: OnDenied;
}

/** Builds the server. Access rules, limits, validation and problem+json are applied only here. */
export async function createHttpServer(needs: ServerNeeds) {
  const { config, catalogue, meter, tracer, log } = needs;
  const headers = securityHeaders(config);
  const links = createLinks(config.publicUrl);
  const cors = createCors(needs.origins, log);
  const answerError = createErrorHandler({ catalogue, links, log, onDenied: needs.onDenied });
  const writeLine = log.isLevelEnabled('debug') ? createRequestLog(log) : () => {};
  const watch = (request: FastifyRequest, reply: FastifyReply) => {
    openSpan(request, tracer);
    meter.watch(request, reply);
    writeLine(request, reply);
  };
  const http = Fastify({
    logger: false,
    serverFactory: (handler, options) => createBoundedServer(options.http ?? {}, handler),
    bodyLimit: MAX_PUBLIC_BODY_BYTES, // of what is no route; each route has its own
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
    rewriteUrl: ({ url = '/' }) => links.own(url),
    clientErrorHandler: createBrokenRequestHandler((origin) => ({ ...headers, ...cors.headersFor(origin) }), links),
    genReqId: (raw) => toRequestId(raw.headers['x-request-id']),
    frameworkErrors: (error, request, reply) => {
      watch(request, reply);
      request.actor = anonymous(originOf(request)); // no hook has run
      reply.headers({ ...headers, ...cors.headersFor(request.headers.origin), 'x-request-id': request.id });
      answerError(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  http.server.maxHeadersCount = NODE_MAX_HEADERS;
  http.setValidatorCompiler(createValidatorCompiler());
  http.setSerializerCompiler(createSerializerCompiler());
  http.setErrorHandler(answerError);
  readBodies(http);
  takeBatches(http);
  takeForms(http);
  takeBytes(http);
  decorateBytes(http);

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
  http.decorate('pageSite', createPageSite(needs.branding, links));
  http.addHook('preClose', async () => closeIdleConnections(http.server));
  prepareRoutes(http, needs);
  http.addHook('onRequest', (request, reply, done) => {
    watch(request, reply);
    done();
  });
  addRequestHooks(http, needs, headers, cors);
  prefixLocations(http, links);
  await http.register(cookie);
  answerUnknown(http);

  const document = () => polish(http.swagger());
  for (const { routes } of needs.modules) if (routes) await http.register(routes, { prefix: '/api/v1' });
  const topics = needs.modules.flatMap(({ topics: own = [] }) => own);
  await http.register(topicRoutes(topics), { prefix: '/api/v1' });
  for (const { publicRoutes } of needs.modules) if (publicRoutes) await http.register(publicRoutes);
  for (const routes of needs.platformRoutes) await http.register(routes);
  await http.register(openApiRoutes(document));
  await http.register(referencePage());
  await http.ready();
  return { http, openApi: document };
}

function decorate(http: FastifyInstance): void {
  http.decorateRequest('actor');
  http.decorateRequest('scope');
  http.decorateRequest('span', null);
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
    const tagging = answersResource(schema) ? [tagAnswer] : [];
    const config: Partial<FastifyContextConfig> = route.config ?? {};
    const isKeyed = takesIdempotencyKey(route.method, config) || refusesIdempotencyKey(route.method, config);
    if (tagging.length > 0 || isKeyed) refuseHooks(route);
    if (tagging.length > 0) {
      route.preSerialization = [addEntityHeaders];
      route.onSend = route.method === 'POST' ? tagging : [...tagging, answerNotModified];
    }
    route.bodyLimit ??= maxBodyBytes(config.access);
    if (!isKeyed) return;
    route.preHandler = [idempotency.before];
    route.onSend = [...tagging, idempotency.after];
  });
}

/** The more people can send it, the less it may cost. */
function maxBodyBytes(access: Access | undefined): number {
  if (access === 'public') return MAX_PUBLIC_BODY_BYTES;
  const isForEveryUser = access === 'user' || access?.grantedTo.includes('user');
  return isForEveryUser ? MAX_USER_BODY_BYTES : MAX_BODY_BYTES;
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

/** Those of the platform take their place: what a route adds has to be a setting, or part of its handler. */
function refuseHooks({ method, url, preHandler, preSerialization, onSend }: RouteOptions): void {
  const hasOwn = preHandler ?? preSerialization ?? onSend;
  const isMade = method === 'HEAD'; // of the GET route, with its hooks
  if (hasOwn && !isMade) throw new Error(`${String(method)} ${url} cannot have preHandler, preSerialization or onSend`);
}

/** `ETag` begins with the version; `Location` is the address of the created resource. */
function addEntityHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  const { id, version } = (payload ?? {}) as { id?: unknown; version?: unknown };
  if (typeof version === 'number') reply.header('etag', `"${version}"`);
  const { location = reply.statusCode === 201 ? request.url.split('?')[0] : undefined, isSingleton = false } =
    request.routeOptions.config;
  const isMade = reply.statusCode === 201 || reply.statusCode === 202;
  if (isMade && location !== undefined && typeof id === 'string')
    reply.header('location', isSingleton ? location : `${location}/${id}`);
  done(null, payload);
}

/** `Location` and redirects are written with our own paths; browsers need the public ones. */
function prefixLocations(http: FastifyInstance, links: Links): void {
  if (links.prefix === '') return;
  http.addHook('onSend', async (_, reply) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string') reply.header('location', links.path(location));
  });
}

function addRequestHooks(
  http: FastifyInstance,
  { config, cache, pool, scopes, authenticate, callerOf, permissionsOf, membershipOf, stepUp }: ServerNeeds,
  headers: Readonly<Record<string, string>>,
  cors: Cors,
): void {
  const identify = createIdentify(authenticate, permissionsOf, membershipOf);
  const rateLimit = createRateLimit({ cache, perMinute: config.rateLimitPerMinute, rules: config.rateLimits });
  http.addHook('onRoute', rateLimit.addRoute);
  http.addHook('onReady', async () => rateLimit.check());
  const eventLoop = watchEventLoop(config.maxLoopDelayMs);
  http.addHook('onClose', async () => eventLoop.stop());
  decorateStreams(http, scopes, async (request, all) => {
    const actor = await identify(request, originOf(request));
    const holds = (access: Access) => access === 'user' || (access !== 'public' && actor.permissions.has(access.code));
    return all.every((access) => access === 'public' || (actor.type !== 'anonymous' && holds(access)));
  });
  watchLeaving(http, createIsStillAdmitted(callerOf, permissionsOf));

  http.addHook('onRequest', (request, reply, done) => {
    request.scope = openRequestScope();
    scopes.run(request.scope, () => begin(request, reply, done));
  });
  // Reading a body has left the asynchronous context of the request.
  http.addHook('preValidation', (request, _reply, done) => {
    request.scope.isReading = READING.has(request.method); // whether it is admitted was decided before
    scopes.run(request.scope, done);
  });

  function begin(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    watchHandler(request, reply);
    reply.headers(headers).header('x-request-id', request.id);
    if (request.headers.origin !== undefined) reply.headers(cors.headersFor(request.headers.origin));
    if (request.url.startsWith(DOCS_PATH)) reply.header('content-security-policy', DOCS_POLICY);
    const origin = originOf(request);
    request.actor = anonymous(origin); // for the error handler, if what follows throws
    refuseBadHeaders(request);
    if (cors.answerPreflight(request, reply)) return;
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
  }

  function admit(actor: Actor, request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    request.actor = actor;
    if (!request.routeOptions.config.isUnlimited) request.scope.caller = actor.id || toNetwork(actor.origin.ip ?? '');
    const counted = rateLimit.count(request, reply);
    return counted instanceof Promise ? counted.then(() => enter(request)) : enter(request);
  }

  function enter(request: FastifyRequest): void | Promise<void> {
    const { access, apiKeys, recent, impersonation } = request.routeOptions.config;
    if (access) enforce(request.method, { access, apiKeys, recent, impersonation }, request.actor);
    watchBody(request);
    return recent ? stepUp.demand(request.actor) : undefined;
  }
}

/** Answers `OPTIONS` and 405 when the path exists with another method, each with `Allow`; else 404. */
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
    reply.header('allow', [...allowed, 'OPTIONS'].join(', '));
    if (request.method !== 'OPTIONS') throw httpErrors.methodNotAllowed();
    reply.code(204).send();
  });
}

/** `/todos/` is no spelling of `/todos/{id}`. */
function hasEmptyValue(params: unknown): boolean {
  return Object.values(params ?? {}).includes('');
}
