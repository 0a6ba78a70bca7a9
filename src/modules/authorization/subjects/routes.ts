import { Type } from 'typebox';
import { Id } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import {
  authorizationErrors as errors,
  authorizationPermissions,
  Holdings,
  RoleGrant,
  UserPermission,
} from '../contract.ts';
import type { Subjects } from './service.ts';

const access = authorizationPermissions.manage;
const roleGrantErrors = [errors.roleNotFound, errors.userNotFound, errors.exceedsOwn];
const userPermissionErrors = [errors.userNotFound, errors.permissionUnknown, errors.exceedsOwn];

export function subjectRoutes(subjects: Subjects): Routes {
  return async (http) => {
    http.post(
      '/authorization/assign-role',
      {
        config: { access, errors: roleGrantErrors },
        schema: { operationId: 'assignRole', body: RoleGrant, response: { 200: Holdings } },
      },
      ({ actor, body }) => subjects.setRole(actor, body.userId, body.roleName, true),
    );

    http.post(
      '/authorization/revoke-role',
      {
        config: { access, errors: [...roleGrantErrors, errors.lastAdministrator] },
        schema: { operationId: 'revokeRole', body: RoleGrant, response: { 200: Holdings } },
      },
      ({ actor, body }) => subjects.setRole(actor, body.userId, body.roleName, false),
    );

    http.post(
      '/authorization/grant-permission',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'grantPermission', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'grant', body.userId, body.permissionCode, true),
    );

    http.post(
      '/authorization/ungrant-permission',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'ungrantPermission', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'grant', body.userId, body.permissionCode, false),
    );

    http.post(
      '/authorization/deny-permission',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'denyPermission', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'denial', body.userId, body.permissionCode, true),
    );

    http.post(
      '/authorization/lift-denial',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'liftDenial', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => subjects.setDirect(actor, 'denial', body.userId, body.permissionCode, false),
    );

    http.get(
      '/authorization/users/:userId',
      {
        config: { access, errors: [errors.userNotFound] },
        schema: { operationId: 'getHoldings', params: Type.Object({ userId: Id }), response: { 200: Holdings } },
      },
      ({ params }) => subjects.holdings(params.userId),
    );
  };
}
