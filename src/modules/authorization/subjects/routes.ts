import { Type } from 'typebox';
import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { ById, Id, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import {
  authorizationErrors as errors,
  authorizationPermissions,
  Holdings,
  Matrix,
  NewRole,
  PermissionGrant,
  Role,
  RoleContent,
  RoleGrant,
  UserPermission,
} from '../contract.ts';
import type { AuthorizationService } from './accounts.ts';

const access = authorizationPermissions.manage;
const roleGrantErrors = [errors.roleNotFound, errors.userNotFound, errors.exceedsOwn];
const userPermissionErrors = [errors.userNotFound, errors.permissionUnknown, errors.exceedsOwn];
const inclusionErrors = [errors.roleNotFound, errors.roleBuiltIn];
const permissionGrantErrors = [errors.roleNotFound, errors.permissionUnknown, errors.exceedsOwn];

export function authorizationRoutes(authorization: AuthorizationService): Routes {
  return async (http) => {
    http.get(
      '/authorization',
      {
        config: { access },
        schema: { operationId: 'getMatrix', response: { 200: Matrix } },
      },
      () => authorization.matrix(),
    );

    http.post(
      '/authorization/assign-role',
      {
        config: { access, errors: roleGrantErrors },
        schema: { operationId: 'assignRole', body: RoleGrant, response: { 200: Holdings } },
      },
      ({ actor, body }) => authorization.setRole(actor, body.userId, body.roleName, true),
    );

    http.post(
      '/authorization/revoke-role',
      {
        config: { access, errors: [...roleGrantErrors, errors.lastAdministrator] },
        schema: { operationId: 'revokeRole', body: RoleGrant, response: { 200: Holdings } },
      },
      ({ actor, body }) => authorization.setRole(actor, body.userId, body.roleName, false),
    );

    http.post(
      '/authorization/assign-permission',
      {
        config: { access, errors: permissionGrantErrors },
        schema: { operationId: 'assignPermission', body: PermissionGrant, response: { 200: Role } },
      },
      ({ actor, body }) => authorization.setPermission(actor, body.roleName, body.permissionCode, true),
    );

    http.post(
      '/authorization/revoke-permission',
      {
        config: { access, errors: [...permissionGrantErrors, errors.roleBuiltIn] },
        schema: { operationId: 'revokePermission', body: PermissionGrant, response: { 200: Role } },
      },
      ({ actor, body }) => authorization.setPermission(actor, body.roleName, body.permissionCode, false),
    );

    http.post(
      '/authorization/grant-permission',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'grantPermission', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => authorization.setDirect(actor, 'grant', body.userId, body.permissionCode, true),
    );

    http.post(
      '/authorization/ungrant-permission',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'ungrantPermission', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => authorization.setDirect(actor, 'grant', body.userId, body.permissionCode, false),
    );

    http.post(
      '/authorization/deny-permission',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'denyPermission', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => authorization.setDirect(actor, 'denial', body.userId, body.permissionCode, true),
    );

    http.post(
      '/authorization/lift-denial',
      {
        config: { access, errors: userPermissionErrors },
        schema: { operationId: 'liftDenial', body: UserPermission, response: { 200: Holdings } },
      },
      ({ actor, body }) => authorization.setDirect(actor, 'denial', body.userId, body.permissionCode, false),
    );

    http.get(
      '/authorization/users/:userId',
      {
        config: { access, errors: [errors.userNotFound] },
        schema: { operationId: 'getHoldings', params: Type.Object({ userId: Id }), response: { 200: Holdings } },
      },
      ({ params }) => authorization.holdings(params.userId),
    );

    http.get(
      '/authorization/roles',
      {
        config: { access, errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'listRoles', querystring: PageQuery, response: { 200: Page(Role) } },
      },
      async ({ query }) => pageOf(await authorization.listRoles(), query, 'listRoles'),
    );

    http.post(
      '/authorization/roles',
      {
        config: {
          access,
          errors: [...inclusionErrors, errors.roleNameTaken, errors.permissionUnknown, errors.exceedsOwn],
        },
        schema: { operationId: 'createRole', body: NewRole, response: { 201: Role } },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await authorization.createRole(actor, body)),
    );

    http.get(
      '/authorization/roles/:id',
      {
        config: { access, errors: [errors.roleNotFound] },
        schema: { operationId: 'getRole', params: ById, response: { 200: Role } },
      },
      ({ params }) => authorization.getRole(params.id),
    );

    http.put(
      '/authorization/roles/:id',
      {
        config: {
          access,
          errors: [
            ...inclusionErrors,
            errors.roleCycle,
            errors.roleNameTaken,
            errors.permissionUnknown,
            errors.exceedsOwn,
            httpErrors.preconditionFailed,
          ],
        },
        schema: { operationId: 'replaceRole', params: ById, body: RoleContent, response: { 200: Role } },
      },
      ({ actor, params, body, ifMatch }) => authorization.replaceRole(actor, params.id, body, ifMatch),
    );

    http.delete(
      '/authorization/roles/:id',
      {
        config: { access, errors: [errors.roleNotFound, errors.roleBuiltIn, errors.exceedsOwn] },
        schema: { operationId: 'deleteRole', params: ById, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await authorization.deleteRole(actor, params.id)),
    );
  };
}
