import { pickLanguage } from '#kernel/language.ts';
import { Page, pageErrors, pageOf, PageQuery } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { authorizationErrors as errors, authorizationPermissions } from '../contract.ts';
import { Matrix, NewRole, PermissionGrant, Role, RoleContent } from '../schemas.ts';
import type { Roles } from './service.ts';

const access = authorizationPermissions.manage;
const inclusionErrors = [errors.roleNotFound, errors.roleBuiltIn, errors.roleCycle, errors.inclusionTooDeep];
const permissionGrantErrors = [errors.roleNotFound, errors.permissionUnknown, errors.exceedsOwn];

export function roleRoutes(roles: Roles): Routes {
  return async (http) => {
    http.get(
      '/authorization',
      {
        config: { access },
        schema: {
          operationId: 'getMatrix',
          summary: 'List all roles and permissions',
          description: `All roles with their permissions, and the catalogue of permissions that the modules of this
            installation declare, described in the language of \`Accept-Language\`.`,
          response: { 200: Matrix },
        },
      },
      ({ headers }) => roles.matrix(pickLanguage(headers['accept-language'])),
    );

    http.post(
      '/authorization/assign-permission',
      {
        config: { access, recent: true, errors: permissionGrantErrors },
        schema: {
          operationId: 'assignPermission',
          summary: 'Add a permission to a role',
          description: `Takes effect on every node before this call answers. Adding it twice changes nothing. You can
            add only a permission that you hold yourself.`,
          body: PermissionGrant,
          response: { 200: Role },
        },
      },
      ({ actor, body }) => roles.setPermission(actor, body.roleName, body.permissionCode, true),
    );

    http.post(
      '/authorization/revoke-permission',
      {
        config: { access, recent: true, errors: [...permissionGrantErrors, errors.roleBuiltIn] },
        schema: {
          operationId: 'revokePermission',
          summary: 'Remove a permission from a role',
          description: `Takes effect on every node before this call answers. The role \`admin\` keeps every permission
            (409). You cannot take anything from a role if a user who has it holds permissions that you lack (403).`,
          body: PermissionGrant,
          response: { 200: Role },
        },
      },
      ({ actor, body }) => roles.setPermission(actor, body.roleName, body.permissionCode, false),
    );

    http.get(
      '/authorization/roles',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listRoles',
          summary: 'List roles',
          querystring: PageQuery,
          response: { 200: Page(Role) },
        },
      },
      async ({ query }) => pageOf(await roles.listRoles(), query, 'listRoles'),
    );

    http.post(
      '/authorization/roles',
      {
        config: {
          access,
          recent: true,
          errors: [...inclusionErrors, errors.roleNameTaken, errors.permissionUnknown, errors.exceedsOwn],
        },
        schema: {
          operationId: 'createRole',
          summary: 'Create a role',
          description: `A role can include other roles, and then gives their permissions too. All that it gives must be
            permissions that you hold yourself.`,
          body: NewRole,
          response: { 201: Role },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await roles.createRole(actor, body)),
    );

    http.get(
      '/authorization/roles/:id',
      {
        config: { access, errors: [errors.roleNotFound] },
        schema: { operationId: 'getRole', summary: 'Get a role', params: ById, response: { 200: Role } },
      },
      ({ params }) => roles.getRole(params.id),
    );

    http.put(
      '/authorization/roles/:id',
      {
        config: {
          access,
          recent: true,
          errors: [
            ...inclusionErrors,
            errors.roleNameTaken,
            errors.permissionUnknown,
            errors.exceedsOwn,
            httpErrors.preconditionFailed,
          ],
        },
        schema: {
          operationId: 'replaceRole',
          summary: 'Replace a role',
          description: `Replaces name and permissions; \`includes\` that you leave out stay as they are. Built-in roles
            keep their names, and \`admin\` cannot be changed. Takes effect on every node before this call answers. You
            cannot rename a role, or take anything from it, if a user who has it holds permissions that you lack
            (403).`,
          params: ById,
          body: RoleContent,
          response: { 200: Role },
        },
      },
      ({ actor, params, body, precondition }) => roles.replaceRole(actor, params.id, body, precondition),
    );

    http.delete(
      '/authorization/roles/:id',
      {
        config: {
          access,
          recent: true,
          errors: [errors.roleNotFound, errors.roleBuiltIn, errors.exceedsOwn, httpErrors.preconditionFailed],
        },
        schema: {
          operationId: 'deleteRole',
          summary: 'Delete a role',
          description: `All users who hold the role lose what it gives. Built-in roles cannot be deleted (409). You
            cannot delete a role if a user who has it holds permissions that you lack (403).`,
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params, precondition }, reply) =>
        reply.code(204).send(await roles.deleteRole(actor, params.id, precondition)),
    );
  };
}
