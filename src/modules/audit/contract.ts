import { Type, type Static } from 'typebox';
import { definePermission } from '#kernel/access.ts';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

/** One sensitive operation: who did what to which thing, and how it ended. */
export const AuditEntry = Type.Object(
  {
    id: Id,
    timestampUtc: Instant,
    actorType: Type.String(),
    actorId: Type.String(),
    action: Type.String(),
    resourceType: Type.String(),
    resourceId: Type.String(),
    outcome: OneOf('success', 'failure', 'denied'),
    ip: Nullable(Type.String()),
    userAgent: Nullable(Type.String()),
    requestId: Type.String(),
    traceId: Nullable(Type.String()),
    /** Before and after, or details; null when the person it was about has been erased. */
    payload: Type.Unsafe<Record<string, unknown> | null>({ type: ['object', 'null'], additionalProperties: true }),
    /** Hex; what the entry commits to. */
    payloadHash: Type.String(),
  },
  { title: 'AuditEntry' },
);
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditQuery = Type.Object({
  ...PageQuery.properties,
  actorId: Type.Optional(Type.String({ maxLength: 100 })),
  /** A whole action or the beginning of one: `users.` finds all of users. */
  action: Type.Optional(Type.String({ maxLength: 100, pattern: '^[a-z0-9_.]*$' })),
  resourceType: Type.Optional(Type.String({ maxLength: 50 })),
  resourceId: Type.Optional(Type.String({ maxLength: 100 })),
  outcome: Type.Optional(OneOf('success', 'failure', 'denied')),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
});
export type AuditQuery = Static<typeof AuditQuery>;

export const auditPermissions = {
  read: definePermission('audit.read', 'Search the audit trail'),
};
