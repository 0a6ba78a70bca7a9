import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import {
  authorizationErrors as errors,
  authorizationPermissions,
  Matrix,
  NewRole,
  PermissionGrant,
  Role,
  RoleContent,
} from '../contract.ts';
import type { Roles } from './service.ts';

const access = authorizationPermissions.manage;
const inclusionErrors = [errors.roleNotFound, errors.roleBuiltIn];
const permissionGrantErrors = [errors.roleNotFound, errors.permissionUnknown, errors.exceedsOwn];

export function roleRoutes(roles: Roles): Routes {
  return async (http) => {
    http.get(
      '/authorization',
      {
        config: { access },
        schema: { operationId: 'getMatrix', response: { 200: Matrix } },
      },
      () => roles.matrix(),
    );

    http.post(
      '/authorization/assign-permission',
      {
        config: { access, errors: permissionGrantErrors },
        schema: { operationId: 'assignPermission', body: PermissionGrant, response: { 200: Role } },
      },
      ({ actor, body }) => roles.setPermission(actor, body.roleName, body.permissionCode, true),
    );

    http.post(
      '/authorization/revoke-permission',
      {
        config: { access, errors: [...permissionGrantErrors, errors.roleBuiltIn] },
        schema: { operationId: 'revokePermission', body: PermissionGrant, response: { 200: Role } },
      },
      ({ actor, body }) => roles.setPermission(actor, body.roleName, body.permissionCode, false),
    );

    http.get(
      '/authorization/roles',
      {
        config: { access, errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'listRoles', querystring: PageQuery, response: { 200: Page(Role) } },
      },
      async ({ query }) => pageOf(await roles.listRoles(), query, 'listRoles'),
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
      async ({ actor, body }, reply) => reply.code(201).send(await roles.createRole(actor, body)),
    );

    http.get(
      '/authorization/roles/:id',
      {
        config: { access, errors: [errors.roleNotFound] },
        schema: { operationId: 'getRole', params: ById, response: { 200: Role } },
      },
      ({ params }) => roles.getRole(params.id),
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
      ({ actor, params, body, ifMatch }) => roles.replaceRole(actor, params.id, body, ifMatch),
    );

    http.delete(
      '/authorization/roles/:id',
      {
        config: { access, errors: [errors.roleNotFound, errors.roleBuiltIn, errors.exceedsOwn] },
        schema: { operationId: 'deleteRole', params: ById, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await roles.deleteRole(actor, params.id)),
    );
  };
}
