import { Type, type Static } from 'typebox';
import { definePermission, type Permission } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant } from '#kernel/schema.ts';
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
