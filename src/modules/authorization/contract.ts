import type { Expression, RawBuilder, SqlBool } from 'kysely';
import { Type, type Static } from 'typebox';
import { definePermission, type AccessReason, type Actor, type Permission, type ResourceRule } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { OneOf } from '#kernel/schema.ts';
import type { ListPage, PageQuery } from '#kernel/page.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { MembershipOf, PermissionsOf } from '#platform/http/port.ts';

const Granted = Type.Unsafe<boolean>({ type: 'boolean', default: false });

/** The rights of one user, of all holders of one role, or of all members of one organisation, on one resource. No right includes another. */
export const AccessEntry = Type.Object(
  {
    subjectType: OneOf('user', 'role', 'organisation'),
    subjectValue: Type.String({
      minLength: 1,
      maxLength: 50,
      description: 'Id of a user or an organisation; or id or name of a role, returned as the current name of the role',
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
  manage: definePermission('authorization.manage', 'See and change roles, and assign them to users'),
  check: definePermission('authorization.check', 'Check what any user may do, and why'),
};

export const authorizationErrors = {
  userNotFound: defineError('authorization.user_not_found', 404, 'No such user'),
  organisationNotFound: defineError('authorization.organisation_not_found', 404, 'No such organisation'),
  roleNotFound: defineError('authorization.role_not_found', 404, 'No such role'),
  permissionUnknown: defineError('authorization.permission_unknown', 400, 'No such permission'),
  roleNameTaken: defineError('authorization.role_name_taken', 409, 'A role with this name already exists'),
  roleBuiltIn: defineError('authorization.role_built_in', 409, 'A built-in role cannot be changed in this way'),
  roleCycle: defineError('authorization.role_cycle', 409, 'A role cannot include itself, at any depth'),
  inclusionTooDeep: defineError('authorization.inclusion_too_deep', 409, 'Roles include each other too deeply'),
  resourceTypeUnknown: defineError('authorization.resource_type_unknown', 400, 'Unknown resource type'),
  searchUnsupported: defineError(
    'authorization.search_unsupported',
    400,
    'Resources of this type cannot be listed for one user',
  ),
  lastAdministrator: defineError('authorization.last_administrator', 409, 'At least one administrator must remain'),
  denialWithoutEffect: defineError(
    'authorization.denial_without_effect',
    409,
    'A denial has no effect on an administrator',
  ),
  exceedsOwn: defineError('authorization.exceeds_own', 403, 'You can grant or revoke only permissions that you hold'),
};

/** Actions of audit entries that are recorded in units of other modules. */
export const authorizationActions = {
  roleAssigned: 'authorization.role_assigned',
  accessChanged: 'authorization.access_changed',
  roleCreated: 'authorization.role_created',
  permissionGranted: 'authorization.permission_granted',
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
      /** The user, the role or the organisation of the entry: one of the three. */
      userId: Type.Optional(Type.String()),
      roleId: Type.Optional(Type.String()),
      organisationId: Type.Optional(Type.String()),
    }),
  ),
  roleCreated: defineEvent('authorization.role_created', 1, 'roleId', RoleRef),
  roleRenamed: defineEvent('authorization.role_renamed', 1, 'roleId', RoleRef),
  roleIncluded: defineEvent('authorization.role_included', 1, 'roleId', Inclusion),
  roleExcluded: defineEvent('authorization.role_excluded', 1, 'roleId', Inclusion),
  /** Its assignments, inclusions and access-list entries were deleted with it. */
  roleDeleted: defineEvent('authorization.role_deleted', 1, 'roleId', RoleRef),
  userGranted: defineEvent('authorization.user_granted', 1, 'userId', UserChange),
  userUngranted: defineEvent('authorization.user_ungranted', 1, 'userId', UserChange),
  userDenied: defineEvent('authorization.user_denied', 1, 'userId', UserChange),
  denialLifted: defineEvent('authorization.denial_lifted', 1, 'userId', UserChange),
};

/** A role, and the permissions that are its own. */
export interface RoleSummary {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly builtIn: boolean;
  readonly version: number;
}

/** A user who is admitted with others. */
export interface Newcomer {
  readonly userId: string;
  /** As after `suspend`. */
  readonly isSuspended: boolean;
  /** Beside `user`, which everybody gets. */
  readonly roleNames: readonly string[];
}

/** What other modules and the HTTP server may call, in process. */
export interface AuthorizationApi {
  /** Synchronous while cached. Empty for a user who is not admitted. */
  readonly permissionsOf: PermissionsOf;
  /** Registers a new user with the role `user`; `isSuspended`: as after `suspend`. Part of the caller's unit. */
  admit(unit: AnyUnit, userId: string, options?: { readonly isSuspended?: boolean }): Promise<void>;
  /**
   * Holds these roles until the unit ends, in the order in which other units lock them, so that `admitAll` can give them.
   * Answers the names that are not roles.
   */
  holdRoles(unit: AnyUnit, roleNames: readonly string[]): Promise<string[]>;
  /**
   * `admit` and `assignRoles` of many users at once, with one audit entry for all roles of each. Their ids are new in this
   * unit, so no node has decided about them yet. Part of the caller's unit, after `holdRoles`.
   * @throws `authorization.role_not_found`, `authorization.exceeds_own`
   */
  admitAll(unit: AnyUnit, newcomers: readonly Newcomer[]): Promise<void>;
  /** Removes all roles of the user. Part of the caller's unit. @throws `authorization.last_administrator` */
  remove(unit: AnyUnit, userId: string): Promise<void>;
  /**
   * Assigns roles like `assign-role`; the unit's actor must hold all that they give. Part of the caller's unit.
   * @throws `authorization.role_not_found`, `authorization.user_not_found`, `authorization.exceeds_own`
   */
  assignRoles(unit: AnyUnit, userId: string, roleNames: readonly string[]): Promise<void>;
  /**
   * For an account that is disabled or not yet confirmed: it keeps its roles and permissions without effect, and does
   * not count as an administrator. Part of the caller's unit; idempotent. @throws `authorization.last_administrator`
   */
  suspend(unit: AnyUnit, userId: string): Promise<void>;
  /** Undoes `suspend`. Part of the caller's unit. */
  resume(unit: AnyUnit, userId: string): Promise<void>;
  /**
   * Throws when the account holds a permission that the unit's actor lacks: call it before you change, lock, reset or
   * delete an account. `system` actors are not limited. The permissions of a suspended account count, too. Part of the
   * caller's unit. @throws `authorization.exceeds_own`
   */
  requireNoMore(unit: AnyUnit, userId: string): Promise<void>;
  /**
   * Whether the user was given anything beside the role `user`: a role, a permission, or an entry in an access list. Part
   * of the caller's unit; roles and permissions that are given at the same time are given before or after it.
   */
  holdsMoreThanDefault(unit: AnyUnit, userId: string): Promise<boolean>;
  /**
   * Like `suspend`, but only until that instant: the account does not count as an administrator. Null ends it. Part of
   * the caller's unit; the caller itself must prevent the account from signing in.
   * @throws `authorization.last_administrator`
   */
  suspendUntil(unit: AnyUnit, userId: string, until: string | null): Promise<void>;
  readonly accessLists: AccessLists;
  readonly organisations: OrganisationsApi;
  /** Makes an admitted user an administrator. Part of the caller's unit. */
  makeAdministrator(unit: AnyUnit, userId: string): Promise<void>;
  hasAdministrator(): Promise<boolean>;
  /** Names of the roles of each of these users, sorted; an empty list for one who has none. */
  rolesOf(userIds: readonly string[]): Promise<Map<string, string[]>>;
  /**
   * Users who can act and hold any of the roles, directly or through a role that includes it, by id; and the names that
   * are not roles.
   */
  membersOf(roleNames: readonly string[]): Promise<{ userIds: string[]; unknown: string[] }>;
  readonly roles: {
    list(): Promise<readonly RoleSummary[]>;
    /**
     * As `POST /authorization/roles`. @throws `authorization.role_name_taken`, `authorization.permission_unknown`,
     * `authorization.exceeds_own`
     */
    create(
      actor: Actor,
      role: { readonly name: string; readonly permissions: readonly string[] },
    ): Promise<RoleSummary>;
    /**
     * As `POST /authorization/assign-permission`; idempotent. @throws `authorization.role_not_found`,
     * `authorization.permission_unknown`, `authorization.exceeds_own`
     */
    grant(actor: Actor, roleName: string, permission: string): Promise<RoleSummary>;
  };
  /** Those of `codes` that no module of this installation declares. */
  unknownPermissions(codes: readonly string[]): Promise<string[]>;
  /** Users who can act and hold the permission from any source, oldest first, at most 1,000. */
  holdersOf(permission: Permission): Promise<string[]>;
  /** Registers what the modules declare, and writes the catalogue of permissions. Once, at start. */
  declare(modules: readonly DeclaringModule[]): Promise<void>;
}

/** The part of a module that authorization needs. */
export interface DeclaringModule {
  readonly name: string;
  readonly permissions?: readonly Permission[];
  /** By permission code: the Persian summary. */
  readonly texts?: { readonly permissions: Readonly<Record<string, string>> };
  readonly resourceRules?: readonly ResourceRule[];
  readonly findSubject?: (id: string, issuer: string | null) => Promise<string | null>;
}

export interface StoredMembership {
  readonly organisationId: string;
  readonly userId: string;
  readonly role: string;
  readonly joinedAt: string;
}

export interface MemberKey {
  readonly organisationId: string;
  readonly userId: string;
}

/**
 * Who is in which organisation by which role. A role counts there alone: it gives nothing outside, nor in another one. The
 * methods with a unit are part of it; the caller has locked the organisation, and records what happens.
 */
export interface OrganisationsApi {
  /** Its id is new. */
  open(unit: AnyUnit, organisationId: string): Promise<void>;
  /** Deletes it with its members and its entries in access lists. */
  close(unit: AnyUnit, organisationId: string): Promise<void>;
  /** Synchronous while cached, and never stale. Null for one who is not a member, or is suspended. */
  readonly membershipOf: MembershipOf;
  /**
   * Makes somebody a member by this role, or changes the role. Who does it (`by`) must hold there all that the role gives,
   * and the one before gave; null is not limited.
   * @throws `authorization.role_not_found`, `authorization.exceeds_own`, `authorization.last_administrator`
   */
  put(
    unit: AnyUnit,
    key: MemberKey,
    roleName: string,
    by: string | null,
  ): Promise<{ readonly before: string | null; readonly role: string }>;
  /**
   * Answers the role that they had; null for one who is not a member. `by` as for `put`; everybody may take themselves out.
   * `isForced`: also the last administrator. @throws `authorization.exceeds_own`, `authorization.last_administrator`
   */
  remove(
    unit: AnyUnit,
    key: MemberKey,
    options: { readonly by: string | null; readonly isForced?: boolean },
  ): Promise<string | null>;
  /** What `put` checks, beforehand. Answers the name of the role. @throws `authorization.role_not_found`, `authorization.exceeds_own` */
  requireRole(unit: AnyUnit, organisationId: string, roleName: string, by: string | null): Promise<string>;
  /**
   * What the user may do there as the unit sees it, for checks behind a lock; null for one who is not a member. With null
   * for the organisation: outside all of them.
   */
  permissionsOf(unit: AnyUnit, userId: string, organisationId: string | null): Promise<ReadonlySet<string> | null>;
  memberOf(unit: AnyUnit, key: MemberKey): Promise<StoredMembership | null>;
  /** By the ids of the people. @throws `http.cursor_invalid`, `http.page_too_far` */
  list(organisationId: string, query: PageQuery): Promise<ListPage<StoredMembership & { readonly id: string }>>;
  /** All of one person, by the ids of the organisations. */
  listOf(userId: string, unit?: AnyUnit): Promise<readonly StoredMembership[]>;
  /** Members of an organisation, or organisations of a person. */
  count(unit: AnyUnit, by: Partial<MemberKey>): Promise<number>;
}

/** SQL after `from`: rows with the column `resource_id`. */
export type ListedResources = RawBuilder<{ resourceId: string }>;

export interface PutEntry {
  readonly entry: AccessEntry;
  readonly isChanged: boolean;
}

/** The access lists of single resources, for all modules whose resources can be shared. */
export interface AccessLists {
  /**
   * A condition for `where`: the resource whose id (a uuid) is in the column `idRef`, such as `m.id`, has an entry with
   * `right` for the actor, for a role that the actor holds, at any depth, or for an organisation that they are in. False for actors that are not users. For rows
   * that are known by their ids: a list finds its rows by `listed`.
   */
  allows(actor: Pick<Actor, 'id'>, resourceType: string, idRef: string, right: Right): Expression<SqlBool>;
  /**
   * What to join a list with, one after the other: together they have the resources for which `allows` is true, some of
   * them several times. None for actors that are not users.
   */
  listed(actor: Pick<Actor, 'id'>, resourceType: string, right: Right): ListedResources[];
  /** The entry because of which `allows` is true for the user and the resource; null when it is false. */
  findReason(userId: string, resourceType: string, resourceId: string, right: Right): Promise<AccessReason | null>;
  /** Users first, by id, then roles by name, then organisations by id. */
  list(resourceType: string, resourceId: string): Promise<AccessEntry[]>;
  /**
   * Replaces the entry of that user, role or organisation, or deletes it when the new one has no right. Records an audit entry and
   * publishes an event if something changed. Part of the caller's unit; the caller itself must check
   * that its actor may do this.
   * @throws `authorization.user_not_found`, `authorization.role_not_found`, `authorization.organisation_not_found`
   */
  put(unit: AnyUnit, resourceType: string, resourceId: string, entry: AccessEntry): Promise<PutEntry>;
  /** Deletes the entries of resources that no longer exist. Part of the caller's unit. */
  forget(unit: AnyUnit, resourceType: string, resourceIds: readonly string[]): Promise<void>;
}
