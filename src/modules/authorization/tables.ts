import type { Generated, GeneratedAlways, Kysely, Transaction } from 'kysely';
import type { Unit } from '#platform/database/port.ts';

/** Mirrors migrations/; the only tables this module can name. */
export type AuthorizationTables = {
  'authorization.permission': { code: string; description: string; module: string };
  'authorization.permissionSeen': { code: string; seenAt: Generated<string> };
  'authorization.role': {
    id: string;
    name: string;
    builtIn: boolean;
    version: number;
    createdAt: string;
    form: GeneratedAlways<string>;
    isTwin: Generated<boolean>;
  };
  'authorization.rolePermission': { roleId: string; permission: string };
  'authorization.roleInclusion': { roleId: string; includedId: string };
  'authorization.roleReach': { roleId: string; reachedId: string };
  'authorization.subject': {
    userId: string;
    admittedAt: string;
    suspendedAt: string | null;
    absentUntil: string | null;
  };
  'authorization.subjectRole': { userId: string; roleId: string; grantedAt: string };
  'authorization.subjectGrant': { userId: string; permission: string; grantedAt: string };
  'authorization.subjectDenial': { userId: string; permission: string; deniedAt: string };
  'authorization.accessEntry': Rights & {
    resourceType: string;
    resourceId: string;
    userId: string | null;
    roleId: string | null;
  };
  'authorization.organisation': { id: string };
  'authorization.member': { organisationId: string; userId: string; roleId: string; joinedAt: Generated<string> };
  'authorization.organisationEntry': Rights & { resourceType: string; resourceId: string; organisationId: string };
};
type Rights = { canRead: boolean; canWrite: boolean; canDelete: boolean; canManage: boolean };

export type AuthorizationReader = Kysely<AuthorizationTables>;
export type AuthorizationWriter = Transaction<AuthorizationTables>;
export type AuthorizationUnit = Unit<AuthorizationTables>;
