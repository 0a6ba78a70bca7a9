import type { Expression, SqlBool } from 'kysely';
import { Type, type Static } from 'typebox';
import { definePermission, type Actor, type Permission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, OneOf } from '#kernel/schema.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { PermissionsOf } from '#platform/http/port.ts';

const RoleName = Type.String({ minLength: 1, maxLength: 50, pattern: '^[^\\s\\p{Cc}](.*[^\\s\\p{Cc}])?$' });
const PermissionCode = Type.String({ minLength: 3, maxLength: 100 });

/** A named set of permissions. `admin` holds every permission there is, whatever the list says. */
export const Role = Type.Object(
  {
    id: Id,
    name: Type.String(),
    permissions: Type.Array(Type.String()),
    builtIn: Type.Boolean(),
    version: Type.Integer(),
    createdAt: Instant,
  },
  { title: 'Role' },
);
export type Role = Static<typeof Role>;

const PermissionCodes = Type.Array(PermissionCode, { maxItems: 500, uniqueItems: true });

/** Replaces what a role is: left out is a mistake, for it would take every permission away. */
export const RoleContent = Type.Object({ name: RoleName, permissions: PermissionCodes }, { title: 'RoleContent' });
export type RoleContent = Static<typeof RoleContent>;

export const NewRole = Type.Object(
  { name: RoleName, permissions: Type.Unsafe<string[]>({ ...PermissionCodes, default: [] }) },
  { title: 'NewRole' },
);
export type NewRole = Static<typeof NewRole>;

export const Matrix = Type.Object(
  {
    roles: Type.Array(Role),
    permissions: Type.Array(
      Type.Object({ code: Type.String(), description: Type.String(), module: Type.String() }, { title: 'Permission' }),
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

/** What a user may do, and which roles each permission comes from. */
export const Holdings = Type.Object(
  {
    userId: Id,
    roles: Type.Array(Type.String()),
    permissions: Type.Array(Type.Object({ code: Type.String(), roles: Type.Array(Type.String()) })),
  },
  { title: 'Holdings' },
);
export type Holdings = Static<typeof Holdings>;

const Granted = Type.Unsafe<boolean>({ type: 'boolean', default: false });

/**
 * What one user, or everybody who holds one role, may do with one resource. `subjectValue` is a user's id; for a role
 * its id or name is taken and its present name answered: the entry stays with the role when that is renamed. Rights do
 * not include each other.
 */
export const AccessEntry = Type.Object(
  {
    subjectType: OneOf('user', 'role'),
    subjectValue: Type.String({ minLength: 1, maxLength: 50 }),
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
};

export const authorizationErrors = {
  userNotFound: defineError('authorization.user_not_found', 404, 'No such user'),
  roleNotFound: defineError('authorization.role_not_found', 404, 'No such role'),
  permissionUnknown: defineError('authorization.permission_unknown', 400, 'No such permission'),
  roleNameTaken: defineError('authorization.role_name_taken', 409, 'There is a role of this name'),
  roleBuiltIn: defineError('authorization.role_built_in', 409, 'A built-in role cannot be changed that way'),
  lastAdministrator: defineError('authorization.last_administrator', 409, 'Somebody must remain administrator'),
  exceedsOwn: defineError('authorization.exceeds_own', 403, 'Nobody gives or takes what they do not hold themselves'),
};

const RoleChange = Type.Object({ userId: Type.String(), roleId: Type.String() });
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
  roleDeleted: defineEvent('authorization.role_deleted', 1, 'roleId', Type.Object({ roleId: Type.String() })),
};

/** What other modules and the HTTP server may call, in process. */
export interface AuthorizationApi {
  /** At once while remembered. Empty for a user who is not admitted. */
  readonly permissionsOf: PermissionsOf;
  /** Lets a new user hold roles, beginning with `user`. Part of the caller's unit. */
  admit(unit: AnyUnit, userId: string): Promise<void>;
  /** Takes every role away. Part of the caller's unit. @throws `authorization.last_administrator` */
  remove(unit: AnyUnit, userId: string): Promise<void>;
  /**
   * Gives roles as `assign-role` does, bounded by what the unit's actor holds. Part of the caller's unit.
   * @throws `authorization.role_not_found`, `authorization.user_not_found`, `authorization.exceeds_own`
   */
  assignRoles(unit: AnyUnit, userId: string, roleNames: readonly string[]): Promise<void>;
  /**
   * An account that cannot act (disabled, locked for good) keeps what it holds, without effect, and counts no more as
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
   * Part of the caller's unit, which is about to take the account away: holds others who do the same until it ends.
   * @throws `authorization.last_administrator` when nobody else is left who can act as administrator.
   */
  requireNotLastAdministrator(unit: AnyUnit, userId: string): Promise<void>;
  readonly accessLists: AccessLists;
  /** Makes an admitted user an administrator. Part of the caller's unit. */
  makeAdministrator(unit: AnyUnit, userId: string): Promise<void>;
  hasAdministrator(): Promise<boolean>;
  /** Names of the roles of each of these users, sorted; an empty list for one who has none. */
  rolesOf(userIds: readonly string[]): Promise<Map<string, string[]>>;
  /** Users who hold a permission through any role, oldest first, at most 1,000. */
  holdersOf(permission: Permission): Promise<string[]>;
  /** Writes the catalogue: what the modules of this installation declare. Once, at start. */
  declare(permissions: readonly (Permission & { module: string })[]): Promise<void>;
}

/** Who is listed for single resources: one piece for all modules whose resources can be shared. */
export interface AccessLists {
  /**
   * A claim for `where`: the resource whose id (a uuid) is `idRef`, such as `m.id`, is listed with `right` for the
   * actor, itself or through a role that it holds, at any depth. False for all but users.
   */
  allows(actor: Pick<Actor, 'id'>, resourceType: string, idRef: string, right: Right): Expression<SqlBool>;
  /** Users first, by id, then roles by name. */
  list(resourceType: string, resourceId: string): Promise<AccessEntry[]>;
  /**
   * Part of the caller's unit, which has judged whether its actor may: replaces the entry of that user or role, or
   * takes it away when it names no right. Audited and published here, unless nothing changed. Answers the entry.
   * @throws `authorization.user_not_found`, `authorization.role_not_found`
   */
  put(unit: AnyUnit, resourceType: string, resourceId: string, entry: AccessEntry): Promise<AccessEntry>;
  /** Part of the caller's unit: the resource is gone. */
  forget(unit: AnyUnit, resourceType: string, resourceId: string): Promise<void>;
}
