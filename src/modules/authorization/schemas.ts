import { Type, type Static } from 'typebox';
import { NAME_CHARACTER } from '#kernel/name.ts';
import { Id, Instant, OneOf } from '#kernel/schema.ts';

const RoleName = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern: `^(?!\\s)${NAME_CHARACTER}*(?<!\\s)$`,
  examples: ['پشتیبان'],
});
const PermissionCode = Type.String({ minLength: 3, maxLength: 100, examples: ['authorization.check'] });

/**
 * A named set of permissions. It also gives the permissions of the roles that it includes, at any depth; `permissions`
 * are only its own. `admin` has every permission of the catalogue.
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
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
    createdAt: Instant,
  },
  { title: 'Role' },
);
export type Role = Static<typeof Role>;

const PermissionCodes = Type.Array(PermissionCode, { maxItems: 500, uniqueItems: true });

const RoleNames = Type.Array(RoleName, { maxItems: 50, uniqueItems: true });

/**
 * Replaces the content of a role. `permissions` is required, because a default of none would remove all of them;
 * `includes` that are left out stay as they are.
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

/** The roles and permissions of a user, and where each permission comes from. */
export const Holdings = Type.Object(
  {
    userId: Id,
    isSuspended: Type.Boolean({ description: 'While true, none of this has effect', examples: [false] }),
    roles: Type.Array(Type.String(), { examples: [['پشتیبان']] }),
    permissions: Type.Array(
      Type.Object({
        code: Type.String({ examples: ['authorization.check'] }),
        roles: Type.Array(Type.String(), {
          description: 'Roles of the user that give it, directly or through the roles that they include',
          examples: [['پشتیبان']],
        }),
        paths: Type.Array(Type.Array(Type.String()), {
          description: 'For each role the shortest path: each role includes the next, the last has the permission',
          examples: [[['پشتیبان', 'user']]],
        }),
        isGranted: Type.Boolean({ description: 'Granted to the user directly, not through a role', examples: [false] }),
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

/**
 * The reason for a decision. Allowed: `role` (with its path as in `Holdings`), `member` (the same, of a role in the
 * organisation that is the resource), `grant`, and for a resource `owner`,
 * `permission` (for all resources of the type) and `entry` (of the resource's access list). Refused: `suspended`,
 * `denial`, `missing` (nothing gives the permission), `noGround` (nothing gives access to this resource, or it does not
 * exist), `unrelated` (no operation with this permission uses such a resource), `unknownUser`, `unknownPermission` and
 * `unknownResourceType`.
 */
export const Reason = Type.Object(
  {
    code: OneOf(
      'role',
      'member',
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
    /** With `entry`: the user, role or organisation of the access-list entry. */
    subjectType: Type.Optional(OneOf('user', 'role', 'organisation')),
    subjectValue: Type.Optional(Type.String()),
  },
  { title: 'Reason', examples: [{ code: 'role', permission: 'authorization.check', roles: ['پشتیبان', 'user'] }] },
);
export type Reason = Static<typeof Reason>;
