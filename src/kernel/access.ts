/** Who is asking, and from where. Routes with `access: 'public'` may see `anonymous`. */
export interface Actor {
  readonly type: 'user' | 'apiKey' | 'system' | 'anonymous';
  /** A user's or key's id; the module's name for `system`; empty for `anonymous`. */
  readonly id: string;
  /** The session that the request came with; null for everything but a signed-in user. */
  readonly sessionId: string | null;
  readonly permissions: ReadonlySet<string>;
  readonly origin: Origin;
  /** The `Idempotency-Key` that the request claimed; the unit that does its work settles it. */
  readonly claim: Claim | null;
}

/** Where a request came from; handlers of events and work get the origin of their cause. */
export interface Origin {
  readonly requestId: string;
  /** W3C trace context, `00-<32 hex>-<16 hex>-<2 hex>`; null outside a request. */
  readonly traceparent: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** A row of `platform.idempotency` that this request holds until `token` is overtaken. */
export interface Claim {
  readonly caller: string;
  readonly key: string;
  readonly token: string;
}

export interface Permission {
  /** `module.action` or `module.thing.action`; unique and stable for ever. */
  readonly code: string;
  readonly summary: string;
}

/** Why somebody may do something to one resource, beside holding the permission for it. */
export type Ground =
  | { readonly code: 'owner' }
  /** To all resources of the kind. */
  | { readonly code: 'permission'; readonly permission: string }
  /** Of the resource's access list. */
  | { readonly code: 'entry'; readonly subjectType: 'user' | 'role'; readonly subjectValue: string };

/** How a module decides about single resources, told to those who ask why; by the same rule as its calls. */
export interface ResourceRule {
  /** One word, as in access lists. */
  readonly resourceType: string;
  /** What its calls demand. */
  readonly permissions: readonly Permission[];
  /** Of a user who holds `permission`. Null when the call would answer 404, as if there were no such resource. */
  ground(who: Pick<Actor, 'id' | 'permissions'>, permission: string, resourceId: string): Promise<Ground | null>;
}

/** What a route demands: a permission, a signed-in user, or nothing. There is no default. */
export type Access = Permission | 'user' | 'public';

export const nowhere: Origin = { requestId: '', traceparent: null, ip: null, userAgent: null };

/** The author of what a module does on its own: work, subscriptions, seeds. */
export function system(module: string, origin: Origin = nowhere): Actor {
  return { type: 'system', id: module, sessionId: null, permissions: new Set(), origin, claim: null };
}

export function anonymous(origin: Origin): Actor {
  return { type: 'anonymous', id: '', sessionId: null, permissions: new Set(), origin, claim: null };
}

export function definePermission(code: string, summary: string): Permission {
  return { code, summary };
}

/** The 32 hex digits that name the whole trace; null without a trace. */
export function traceIdOf({ traceparent }: Origin): string | null {
  return traceparent?.slice(3, 35) ?? null;
}
