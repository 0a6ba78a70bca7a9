import type { Expression, SqlBool } from 'kysely';
import { Type, type Static } from 'typebox';
import { definePermission, type AccessReason, type Actor, type Permission, type ResourceRule } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, OneOf } from '#kernel/schema.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { PermissionsOf } from '#platform/http/port.ts';

/** No control characters, line breaks or marks that turn the direction of what follows; those would make one name look like another. */
const RoleName = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern:
    '^(?!\\s)[^\\p{Cc}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069]*[^\\s\\p{Cc}\\u202a-\\u202e\\u2066-\\u2069]$',
  examples: ['پشتیبان'],
});
const PermissionCode = Type.String({ minLength: 3, maxLength: 100, examples: ['authorization.check'] });

/**
 * A named set of permissions, and of roles whose permissions it gives too, at any depth; `permissions` are its own.
 * `admin` holds every permission there is.
 */
export const Role = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['پشتیبان'] }),
    permissions: Type.Array(Type.String({ examples: ['authorization.check'] })),
    includes: Type.Array(Type.String({ examples: ['user'] }), {
      description: 'Names of the roles that it includes directly',
    }),
    builtIn: Type.Boolean({ examples: [false] }),
    version: Type.Integer({ description: 'Counts the changes; `ETag` answers it, `If-Match` takes it' }),
    createdAt: Instant,
  },
  { title: 'Role' },
);
export type Role = Static<typeof Role>;

const PermissionCodes = Type.Array(PermissionCode, { maxItems: 500, uniqueItems: true });

const RoleNames = Type.Array(RoleName, { maxItems: 50, uniqueItems: true });

/**
 * Replaces what a role is. Permissions left out are a mistake, for that would take every one away; `includes` left out
 * stay as they are.
 */
export const RoleContent = Type.Object(
  { name: RoleName, permissions: PermissionCodes, includes: Type.Optional(RoleNames) },
  { title: 'RoleContent' },
);
export type RoleContent = Static<typeof RoleContent>;

export const NewRole = Type.Object(
  {
    name: RoleName,
    permissions: Type.Unsafe<string[]>({ ...PermissionCodes, default: [] }),
    includes: Type.Unsafe<string[]>({ ...RoleNames, default: [] }),
  },
  { title: 'NewRole' },
);
export type NewRole = Static<typeof NewRole>;

export const Matrix = Type.Object(
  {
    roles: Type.Array(Role),
    permissions: Type.Array(
      Type.Object(
        {
          code: Type.String({ examples: ['authorization.check'] }),
          description: Type.String({ examples: ['See and manage accounts'] }),
          module: Type.String({ examples: ['users'] }),
        },
        { title: 'Permission' },
      ),
    ),
  },
  { title: 'Matrix' },
);
export type Matrix = Static<typeof Matrix>;

export const RoleGrant = Type.Object({ userId: Id, roleName: RoleName }, { title: 'RoleGrant' });
export type RoleGrant = Static<typeof RoleGrant>;

export const PermissionGrant = Type.Object(
  { roleName: RoleName, permissionCode: PermissionCode },
  { title: 'PermissionGrant' },
);
export type PermissionGrant = Static<typeof PermissionGrant>;

export const UserPermission = Type.Object({ userId: Id, permissionCode: PermissionCode }, { title: 'UserPermission' });
export type UserPermission = Static<typeof UserPermission>;

/** What a user holds, and where each permission comes from. While suspended, nothing of it has effect. */
export const Holdings = Type.Object(
  {
    userId: Id,
    isSuspended: Type.Boolean({ description: 'While true, nothing of this has effect', examples: [false] }),
    roles: Type.Array(Type.String(), { examples: [['پشتیبان']] }),
    permissions: Type.Array(
      Type.Object({
        code: Type.String({ examples: ['authorization.check'] }),
        roles: Type.Array(Type.String(), {
          description: 'Roles of the user that give it, themselves or by the roles that they include',
          examples: [['پشتیبان']],
        }),
        paths: Type.Array(Type.Array(Type.String()), {
          description: 'For each role the shortest path: each role includes the next, the last has the permission',
          examples: [[['پشتیبان', 'user']]],
        }),
        isGranted: Type.Boolean({ description: 'Granted to the user directly, beside any role', examples: [false] }),
      }),
    ),
    grants: Type.Array(Type.String(), { description: 'Granted to the user directly', examples: [[]] }),
    denials: Type.Array(Type.String(), {
      description: 'Denied to the user; they win over grants and roles, except over `admin`',
      examples: [['authorization.check']],
    }),
  },
  { title: 'Holdings' },
);
export type Holdings = Static<typeof Holdings>;

const Granted = Type.Unsafe<boolean>({ type: 'boolean', default: false });

/** What one user, or everybody who holds one role, may do with one resource. Rights do not include each other. */
export const AccessEntry = Type.Object(
  {
    subjectType: OneOf('user', 'role'),
    subjectValue: Type.String({
      minLength: 1,
      maxLength: 50,
      description: 'Id of a user; or id or name of a role, answered as the present name of that role',
      examples: ['019ab0e2-7f10-7c46-b1a8-5e90d37c2b14'],
    }),
    canRead: Granted,
    canWrite: Granted,
    canDelete: Granted,
    canManage: Granted,
  },
  { title: 'AccessEntry' },
);
export type AccessEntry = Static<typeof AccessEntry>;

export type Right = 'read' | 'write' | 'delete' | 'manage';

export const authorizationPermissions = {
  manage: definePermission('authorization.manage', 'See and change roles, and give them to users'),
  check: definePermission('authorization.check', 'Ask what anybody may do, and why'),
};

export const authorizationErrors = {
  userNotFound: defineError('authorization.user_not_found', 404, 'No such user'),
  roleNotFound: defineError('authorization.role_not_found', 404, 'No such role'),
  permissionUnknown: defineError('authorization.permission_unknown', 400, 'No such permission'),
  roleNameTaken: defineError('authorization.role_name_taken', 409, 'There is a role of this name'),
  roleBuiltIn: defineError('authorization.role_built_in', 409, 'A built-in role cannot be changed that way'),
  roleCycle: defineError('authorization.role_cycle', 409, 'A role cannot include itself, at any depth'),
  resourceTypeUnknown: defineError('authorization.resource_type_unknown', 400, 'No such kind of resource'),
  lastAdministrator: defineError('authorization.last_administrator', 409, 'Somebody must remain administrator'),
  exceedsOwn: defineError('authorization.exceeds_own', 403, 'Nobody gives or takes what they do not hold themselves'),
};

/** Actions of audit entries that appear in units of other modules. */
export const authorizationActions = {
  roleAssigned: 'authorization.role_assigned',
  accessChanged: 'authorization.access_changed',
} as const;

const RoleChange = Type.Object({ userId: Type.String(), roleId: Type.String() });
const RoleRef = Type.Object({ roleId: Type.String() });
const Inclusion = Type.Object({ roleId: Type.String(), includedId: Type.String() });
const UserChange = Type.Object({ userId: Type.String(), permission: Type.String() });
const PermissionChange = Type.Object({ roleId: Type.String(), permission: Type.String() });

export const authorizationEvents = {
  roleAssigned: defineEvent('authorization.role_assigned', 1, 'userId', RoleChange),
  roleRevoked: defineEvent('authorization.role_revoked', 1, 'userId', RoleChange),
  permissionGranted: defineEvent('authorization.permission_granted', 1, 'roleId', PermissionChange),
  permissionRevoked: defineEvent('authorization.permission_revoked', 1, 'roleId', PermissionChange),
  accessChanged: defineEvent(
    'authorization.access_changed',
    1,
    'resourceId',
    Type.Object({
      resourceType: Type.String(),
      resourceId: Type.String(),
      /** One of the two: whose entry it is. */
      userId: Type.Optional(Type.String()),
      roleId: Type.Optional(Type.String()),
    }),
  ),
  roleCreated: defineEvent('authorization.role_created', 1, 'roleId', RoleRef),
  roleRenamed: defineEvent('authorization.role_renamed', 1, 'roleId', RoleRef),
  roleIncluded: defineEvent('authorization.role_included', 1, 'roleId', Inclusion),
  roleExcluded: defineEvent('authorization.role_excluded', 1, 'roleId', Inclusion),
  /** With it went all that it gave and whatever listed it. */
  roleDeleted: defineEvent('authorization.role_deleted', 1, 'roleId', RoleRef),
  userGranted: defineEvent('authorization.user_granted', 1, 'userId', UserChange),
  userUngranted: defineEvent('authorization.user_ungranted', 1, 'userId', UserChange),
  userDenied: defineEvent('authorization.user_denied', 1, 'userId', UserChange),
  denialLifted: defineEvent('authorization.denial_lifted', 1, 'userId', UserChange),
};

/**
 * What decided. Allowed by: `role` (with its path as in Holdings), `grant`, and for a resource `owner`, `permission` (to
 * all of its kind), `entry` (of its access list). Refused by: `suspended`, `denial`, `missing` (nothing gives the permission), `noGround`
 * (nothing lets them at this resource, or there is none), `unrelated` (no call with this permission takes such a
 * resource), and for what nobody knows `unknownUser`, `unknownPermission`, `unknownResourceType`.
 */
export const Reason = Type.Object(
  {
    code: OneOf(
      'role',
      'grant',
      'owner',
      'permission',
      'entry',
      'suspended',
      'denial',
      'missing',
      'noGround',
      'unrelated',
      'unknownUser',
      'unknownPermission',
      'unknownResourceType',
    ),
    permission: Type.Optional(Type.String()),
    roles: Type.Optional(Type.Array(Type.String())),
    /** Of the entry that decided: whose it is. */
    subjectType: Type.Optional(OneOf('user', 'role')),
    subjectValue: Type.Optional(Type.String()),
  },
  { title: 'Reason', examples: [{ code: 'role', permission: 'authorization.check', roles: ['پشتیبان', 'user'] }] },
);
export type Reason = Static<typeof Reason>;

/** What other modules and the HTTP server may call, in process. */
export interface AuthorizationApi {
  /** At once while remembered. Empty for a user who is not admitted. */
  readonly permissionsOf: PermissionsOf;
  /** Lets a new user hold roles, beginning with `user`; suspended, without effect yet. Part of the caller's unit. */
  admit(unit: AnyUnit, userId: string, options?: { readonly isSuspended?: boolean }): Promise<void>;
  /** Takes every role away. Part of the caller's unit. @throws `authorization.last_administrator` */
  remove(unit: AnyUnit, userId: string): Promise<void>;
  /**
   * Gives roles as `assign-role` does, bounded by what the unit's actor holds. Part of the caller's unit.
   * @throws `authorization.role_not_found`, `authorization.user_not_found`, `authorization.exceeds_own`
   */
  assignRoles(unit: AnyUnit, userId: string, roleNames: readonly string[]): Promise<void>;
  /**
   * An account that is disabled, or was never confirmed, keeps what it holds, without effect, and does not count as
   * an administrator who is left. Part of the caller's unit; twice is once. @throws `authorization.last_administrator`
   */
  suspend(unit: AnyUnit, userId: string): Promise<void>;
  /** Undoes `suspend`. Part of the caller's unit. */
  resume(unit: AnyUnit, userId: string): Promise<void>;
  /**
   * Part of the caller's unit: nobody changes, locks, resets or deletes an account that holds more than themselves.
   * `system` actors are not bounded. What a suspended account holds counts. @throws `authorization.exceeds_own`
   */
  requireNoMore(unit: AnyUnit, userId: string): Promise<void>;
  /**
   * Until then the account does not count as an administrator who is left, as while it is suspended; what it holds stays.
   * Null lets it count again. Part of the caller's unit, which keeps the account out by itself.
   * @throws `authorization.last_administrator`
   */
  suspendUntil(unit: AnyUnit, userId: string, until: string | null): Promise<void>;
  readonly accessLists: AccessLists;
  /** Makes an admitted user an administrator. Part of the caller's unit. */
  makeAdministrator(unit: AnyUnit, userId: string): Promise<void>;
  hasAdministrator(): Promise<boolean>;
  /** Names of the roles of each of these users, sorted; an empty list for one who has none. */
  rolesOf(userIds: readonly string[]): Promise<Map<string, string[]>>;
  /**
   * Users who can act and hold any of the roles, themselves or through one that includes it, by id; and the names that
   * are no roles.
   */
  membersOf(roleNames: readonly string[]): Promise<{ userIds: string[]; unknown: string[] }>;
  /** Those of `codes` that no module of this installation declares. */
  unknownPermissions(codes: readonly string[]): Promise<string[]>;
  /** Users who can act by a permission, wherever they have it from, oldest first, at most 1,000. */
  holdersOf(permission: Permission): Promise<string[]>;
  /** Takes over what the modules of this installation declare, and writes the catalogue of permissions. Once, at start. */
  declare(modules: readonly DeclaringModule[]): Promise<void>;
}

/** The part of a module that authorization needs. */
export interface DeclaringModule {
  readonly name: string;
  readonly permissions?: readonly Permission[];
  readonly resourceRules?: readonly ResourceRule[];
}

/** Who is listed for single resources: one piece for all modules whose resources can be shared. */
export interface AccessLists {
  /**
   * A claim for `where`: the resource whose id (a uuid) is `idRef`, such as `m.id`, is listed with `right` for the
   * actor, itself or through a role that it holds, at any depth. False for all but users.
   */
  allows(actor: Pick<Actor, 'id'>, resourceType: string, idRef: string, right: Right): Expression<SqlBool>;
  /** The entry by which `allows` lets the user at one resource; null when it does not. */
  findReason(userId: string, resourceType: string, resourceId: string, right: Right): Promise<AccessReason | null>;
  /** Users first, by id, then roles by name. */
  list(resourceType: string, resourceId: string): Promise<AccessEntry[]>;
  /**
   * Part of the caller's unit, which has judged whether its actor may: replaces the entry of that user or role, or
   * takes it away when it names no right. Audited and published here, unless nothing changed. Answers the entry.
   * @throws `authorization.user_not_found`, `authorization.role_not_found`
   */
  put(unit: AnyUnit, resourceType: string, resourceId: string, entry: AccessEntry): Promise<AccessEntry>;
  /** Part of the caller's unit: the resources are gone. */
  forget(unit: AnyUnit, resourceType: string, resourceIds: readonly string[]): Promise<void>;
}
