import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { anonymous, startTrace, type Actor, type Origin } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { parseAddress } from '#kernel/network.ts';
import type { SpanDef, Tracer } from '#platform/telemetry/port.ts';
import {
  httpErrors,
  type Authenticate,
  type Caller,
  type CallerOf,
  type MembershipOf,
  type PermissionsOf,
} from './port.ts';

const REQUEST: SpanDef = { name: 'request', kind: 'server' };
const REQUEST_ID = /^[\w.:-]{1,64}$/;
const OWN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/; // as `newId` makes them
// W3C Trace Context, 3.2 and 4.3: of a later version the first four fields are read, whatever follows them.
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;

/** The request id that the caller sent, if it is valid; else a new one. */
export function toRequestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : newId();
}

/** `ip` is what a trusted proxy says, if that is an address; else the address of the connection. */
export function originOf({ id, ip, headers, socket, span }: FastifyRequest): Origin {
  const { traceparent, 'user-agent': userAgent } = headers;
  return {
    requestId: id,
    ip: parseAddress(ip) ?? parseAddress(socket.remoteAddress ?? ''),
    userAgent: userAgent?.slice(0, 512) ?? null,
    traceparent: span?.traceparent ?? toTraceparent(traceparent) ?? traceOf(id),
  };
}

/** Before anything asks for the origin of the request. */
export function openSpan(request: FastifyRequest, tracer: Tracer): void {
  if (!tracer.isOn) return;
  request.span = tracer.beginTrace(REQUEST, traceOf(request.id), toTraceparent(request.headers.traceparent));
}

/** As version 00, which is the one that we send on; null for one that is not valid. */
function toTraceparent(header: string | string[] | undefined): string | null {
  const [, version, fields, rest] = (typeof header === 'string' && TRACEPARENT.exec(header)) || [];
  return fields === undefined || (version === '00' && rest !== undefined) ? null : `00-${fields}`;
}

/** The trace id is derived from the request id if we made that; else it is new. */
const traceOf = (requestId: string) => startTrace(OWN_ID.test(requestId) ? requestId : newId());

/** Resolves the caller and the permissions; synchronously while both are cached. */
export function createIdentify(
  authenticate: Authenticate,
  permissionsOf: PermissionsOf,
  membershipOf: MembershipOf = () => null,
) {
  return (request: FastifyRequest, origin: Origin): Actor | Promise<Actor> => {
    const caller = authenticate(request);
    if (caller === null) return anonymous(origin);
    if (caller instanceof Promise || caller.organisationId) return later(caller, origin);
    const permissions = permissionsOf(caller);
    if (permissions instanceof Promise) return permissions.then((held) => toActor(caller, held, origin));
    return toActor(caller, permissions, origin);
  };

  async function later(resolving: ReturnType<Authenticate>, origin: Origin): Promise<Actor> {
    const caller = await resolving;
    if (caller === null) return anonymous(origin);
    const actor = toActor(caller, await permissionsOf(caller), origin);
    const id = caller.organisationId ?? null;
    const membership = id === null ? null : await membershipOf(caller.id, id);
    return id === null || membership === null ? actor : { ...actor, organisation: { id, ...membership } };
  }
}

/** Whether a caller who was admitted would still be, by the session or key of then: a token may have expired meanwhile. */
export function createIsStillAdmitted(callerOf: CallerOf, permissionsOf: PermissionsOf) {
  return async ({ actor, routeOptions }: Pick<FastifyRequest, 'actor' | 'routeOptions'>): Promise<boolean> => {
    const { access } = routeOptions.config;
    if (access === 'public') return true;
    const caller = await callerOf(actor);
    if (!caller || access === 'user') return caller !== null;
    return toActor(caller, await permissionsOf(caller), actor.origin).permissions.has(access.code);
  };
}

/** An API key has those of its scopes that its owner still holds. */
function toActor({ type, id, sessionId, key }: Caller, held: ReadonlySet<string>, origin: Origin): Actor {
  const permissions = key ? new Set([...key.scopes].filter((code) => held.has(code))) : held;
  const actor = { type, id, apiKeyId: key?.id ?? null, sessionId, permissions, origin, claim: null };
  return key?.impersonatorId === undefined ? actor : { ...actor, impersonatorId: key.impersonatorId };
}

interface Rule {
  readonly access: FastifyContextConfig['access'];
  readonly apiKeys: FastifyContextConfig['apiKeys'] | undefined;
  readonly recent: boolean | undefined;
  readonly impersonation: FastifyContextConfig['impersonation'] | undefined;
}

/** A key cannot prove who uses it, so routes with `recent` refuse it; so do those for people, unless they take keys. */
export function refusesApiKeys({ access, apiKeys, recent = false }: Omit<Rule, 'impersonation'>): boolean {
  return access !== 'public' && (recent || (access === 'user' && apiKeys !== 'taken'));
}

/**
 * Who acts as somebody else reads, and writes only where the route allows it: what gives rights, or is done later, would
 * outlive the hour. One rule for all routes, so that a new one is refused until somebody has decided.
 */
export function refusesImpersonation(
  method: string,
  { access, impersonation }: Omit<Rule, 'recent' | 'apiKeys'>,
): boolean {
  if (access === 'public') return false; // as for anybody without credentials
  const byDefault = method === 'GET' || method === 'HEAD' ? 'allowed' : 'refused';
  return (impersonation ?? byDefault) === 'refused';
}

/**
 * @throws `http.not_signed_in`, `http.api_key_refused`, `http.impersonation_refused`, or `http.forbidden` with the missing
 * permission
 */
export function enforce(method: string, rule: Rule, actor: Actor): void {
  const { access } = rule;
  if (access === 'public') return;
  if (actor.type === 'anonymous') throw httpErrors.notSignedIn();
  if (access !== 'user' && !actor.permissions.has(access.code)) throw httpErrors.forbidden({ permission: access.code });
  if (actor.type === 'apiKey' && refusesApiKeys(rule)) throw httpErrors.apiKeyRefused();
  if (actor.impersonatorId !== undefined && refusesImpersonation(method, rule)) throw httpErrors.impersonationRefused();
}
