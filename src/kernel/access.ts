/** Who is asking, and from where. Routes with `access: 'public'` may see `anonymous`. */
export interface Actor {
  readonly type: 'user' | 'apiKey' | 'system' | 'anonymous';
  /** A user's id, for an API key its owner's; the module's name for `system`; empty for `anonymous`. */
  readonly id: string;
  /** The key that acts on behalf of the user; null for everything but an `apiKey`. */
  readonly apiKeyId: string | null;
  /** Who acts as the user, for support, by that key. */
  readonly impersonatorId?: string;
  /** The session that the request came with; null for everything but a signed-in user. */
  readonly sessionId: string | null;
  readonly permissions: ReadonlySet<string>;
  /** The organisation that the session works in, while its user is a member: what they may do there, beside `permissions`. */
  readonly organisation?: Membership & { readonly id: string };
  readonly origin: Origin;
  /** The `Idempotency-Key` that the request claimed; the unit of the request stores its result under it. */
  readonly claim: Claim | null;
}

/** What somebody may do in one organisation. */
export interface Membership {
  /** Its name. */
  readonly role: string;
  readonly permissions: ReadonlySet<string>;
}

/**
 * The request that something goes back to. Events and work items keep this much of an origin: address and user agent
 * are personal data, and stay with the request.
 */
export interface Cause {
  readonly requestId: string;
  /** W3C trace context, `00-<32 hex>-<16 hex>-<2 hex>`; null outside a request. */
  readonly traceparent: string | null;
}

/** Where a request came from; for handlers of events and work, the cause alone. */
export interface Origin extends Cause {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** A row of `platform.idempotency` that this request holds until another request gets a newer `token`. */
export interface Claim {
  readonly caller: string;
  readonly key: string;
  readonly token: string;
}

export interface Permission {
  /** `module.action` or `module.thing.action`; unique; never changes. */
  readonly code: string;
  readonly summary: string;
  /** The built-in roles that get it when an installation first sees it. `admin` holds every permission anyway. */
  readonly grantedTo: readonly BuiltInRole[];
}

export type BuiltInRole = 'user';

/** Why a user may do something to one resource, in addition to holding the permission for it. */
export type AccessReason =
  | { readonly code: 'owner' }
  /** The permission gives access to all resources of the kind. */
  | { readonly code: 'permission'; readonly permission: string }
  /** An entry of the resource's access list. */
  | { readonly code: 'entry'; readonly subjectType: 'user' | 'role' | 'organisation'; readonly subjectValue: string };

/** Who may access single resources of one kind, and why. Must decide as the module's own routes do. */
export interface ResourceRule {
  /** One word, the same as in access lists. */
  readonly resourceType: string;
  /** The permissions that routes for such a resource require. */
  readonly permissions: readonly Permission[];
  /** Names that AuthZEN requests may use for these permissions on such a resource, beside their codes. */
  readonly actions?: Readonly<Record<string, Permission>>;
  /** Whether a text can be the id of such a resource; by default, a UUID. */
  isId?(text: string): boolean;
  /**
   * Ids of the resources for which `findReason` answers a reason, ascending, from the first after `after`. Left out for
   * kinds whose resources cannot be listed for one user.
   */
  listIds?(
    user: Pick<Actor, 'id' | 'permissions'>,
    permission: string,
    page: { readonly after: string | null; readonly limit: number },
  ): Promise<string[]>;
  /** Gives access to all resources of this kind, whatever their access lists say; none without access lists. */
  readonly manageAll?: Permission;
  /** For a user who holds `permission`. Null when the route would answer 404, as if there were no such resource. */
  findReason(
    user: Pick<Actor, 'id' | 'permissions'>,
    permission: string,
    resourceId: string,
    /** What the caller of an AuthZEN request states about the resource: only for rules whose callers are trusted in it. */
    properties?: Readonly<Record<string, unknown>>,
  ): Promise<AccessReason | null>;
}

/** What a route demands: a permission, a signed-in user, or nothing. There is no default. */
export type Access = Permission | 'user' | 'public';

export const nowhere: Origin = { requestId: '', traceparent: null, ip: null, userAgent: null };

/** The author of what a module does itself: work items, event handlers, initial data. */
export function system(module: string, from: Cause | Origin = nowhere): Actor {
  const origin = { ...nowhere, ...from };
  return { type: 'system', id: module, apiKeyId: null, sessionId: null, permissions: new Set(), origin, claim: null };
}

export function anonymous(origin: Origin): Actor {
  return { type: 'anonymous', id: '', apiKeyId: null, sessionId: null, permissions: new Set(), origin, claim: null };
}

/** `grantedTo` takes effect once. What an operator takes away from a role later is not given again. */
export function definePermission(
  code: string,
  summary: string,
  { grantedTo = [] }: Partial<Pick<Permission, 'grantedTo'>> = {},
): Permission {
  return { code, summary, grantedTo };
}

export function causeOf({ requestId, traceparent }: Cause): Cause {
  return { requestId, traceparent };
}

/** A trace that begins here; `id` as `newId` makes them, from which its ids are taken. */
export function startTrace(id: string): string {
  const span = id.slice(19, 23) + id.slice(24);
  return `00-${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${span}-${span}-01`;
}

/** The 32 hex digits that name the whole trace; null without a trace. */
export function traceIdOf({ traceparent }: Cause): string | null {
  return traceparent?.slice(3, 35) ?? null;
}
