import { Type } from 'typebox';
import { Id } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors as errors, authorizationPermissions } from '../contract.ts';
import { Holdings, RoleGrant, UserPermission } from '../schemas.ts';
import type { Subjects } from './service.ts';

const access = authorizationPermissions.manage;
const roleGrantErrors = [errors.roleNotFound, errors.userNotFound, errors.exceedsOwn];
const userPermissionErrors = [errors.userNotFound, errors.permissionUnknown, errors.exceedsOwn];

export function subjectRoutes(subjects: Subjects): Routes {
  return async (http) => {
    http.post(
      '/authorization/assign-role',
      {
        config: { access, recent: true, errors: roleGrantErrors },
        schema: {
          operationId: 'assignRole',
          summary: 'Give a role to a user',
          description: `Takes effect on every node before this call answers. Giving a role twice changes nothing. You
            can give only a role whose permissions you hold yourself.`,
          body: RoleGrant,
          response: { 200: Holdings },
        },
      },
      ({ actor, body }) => subjects.setRole(actor, body.userId, body.roleName, true),
    );

    http.post(
      '/authorization/revoke-role',
      {
        config: { access, recent: true, errors: [...roleGrantErrors, errors.lastAdministrator] },
        schema: {
          operationId: 'revokeRole',
          summary: 'Take a role from a user',
          description: `Takes effect on every node before this call answers. The last administrator keeps the role
            (409). You cannot take a role from a user who holds permissions that you lack (403).`,
          body: RoleGrant,
          response: { 200: Holdings },
        },
      },
      ({ actor, body }) => subjects.setRole(actor, body.userId, body.roleName, false),
    );

    http.post(
      '/authorization/grant-permission',
      {
        config: { access, recent: true, errors: userPermissionErrors },
        schema: {
          operationId: 'grantPermission',
          summary: 'Grant a permission to a user',
          description: `The user holds it directly, beside their roles. You can grant only a permission that you hold
            yourself.`,
          body: UserPermission,
          response: { 200: Holdings },
        },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'grant', body.userId, body.permissionCode, true),
    );

    http.post(
      '/authorization/ungrant-permission',
      {
        config: { access, recent: true, errors: userPermissionErrors },
        schema: {
          operationId: 'ungrantPermission',
          summary: 'Revoke a direct grant of a user',
          description: `The user keeps the permission if a role gives it. You cannot take a grant from a user who holds
            permissions that you lack (403).`,
          body: UserPermission,
          response: { 200: Holdings },
        },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'grant', body.userId, body.permissionCode, false),
    );

    http.post(
      '/authorization/deny-permission',
      {
        config: { access, recent: true, errors: [...userPermissionErrors, errors.denialWithoutEffect] },
        schema: {
          operationId: 'denyPermission',
          summary: 'Deny a permission to a user',
          description: `A denial wins over roles and direct grants. It would have no effect on an administrator (409). A
            user who holds permissions that you lack is not denied any (403).`,
          body: UserPermission,
          response: { 200: Holdings },
        },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'denial', body.userId, body.permissionCode, true),
    );

    http.post(
      '/authorization/lift-denial',
      {
        config: { access, recent: true, errors: userPermissionErrors },
        schema: {
          operationId: 'liftDenial',
          summary: 'Remove a denial',
          description: 'The user holds the permission again if a role or a direct grant gives it.',
          body: UserPermission,
          response: { 200: Holdings },
        },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'denial', body.userId, body.permissionCode, false),
    );

    http.get(
      '/authorization/users/:userId',
      {
        config: { access, errors: [errors.userNotFound] },
        schema: {
          operationId: 'getHoldings',
          summary: 'Get the roles and permissions of a user',
          description: `Says for each permission where it comes from: roles, included roles, or a direct grant. While
            \`isSuspended\` is true, none of it has effect.`,
          params: Type.Object({
            userId: Type.With(Id, { description: 'The user whose roles and permissions are shown' }),
          }),
          response: { 200: Holdings },
        },
      },
      ({ params }) => subjects.holdings(params.userId),
    );
  };
}
