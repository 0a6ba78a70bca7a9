/**
 * Authorization: who may do what, through roles, permissions of their own, denials, and lists of single resources.
 *
 * Offers    `/api/v1/authorization`; decisions to the HTTP server, subjects to users, access lists to all (`AuthorizationApi`).
 * Publishes a fact for each change of a role, of what somebody holds or is denied, and of an access list.
 * Hears     nothing: users calls `admit` and `remove` in its own units.
 * Stores    schema `authorization`: catalogue, roles, who holds what, and who is listed for which resource.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import {
  authorizationErrors,
  authorizationEvents,
  authorizationPermissions,
  type AuthorizationApi,
} from './contract.ts';
import { checkRoutes, evaluationRoutes } from './decisions/routes.ts';
import { authorizationRoutes } from './subjects/routes.ts';
import { createAuthorizationService, type AuthorizationNeeds } from './subjects/accounts.ts';
import { audited } from './audited.ts';
import texts from './texts.json' with { type: 'json' };

export function createAuthorization(needs: AuthorizationNeeds): Module<AuthorizationApi> {
  const authorization = createAuthorizationService(needs);
  return {
    name: 'authorization',
    api: authorization.api,
    routes: async (http) => {
      await http.register(authorizationRoutes(authorization));
      await http.register(checkRoutes(authorization.explain));
    },
    publicRoutes: evaluationRoutes(authorization.explain),
    permissions: Object.values(authorizationPermissions),
    errors: Object.values(authorizationErrors),
    texts,
    publishes: Object.values(authorizationEvents),
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/authorization'],
    audited,
    privacy: {
      export: authorization.exportFor,
      erase: (unit, userId) => authorization.forgetUser(withTables(unit), userId),
    },
    menu: [{ path: '/roles', title: { en: 'Roles', fa: 'نقش‌ها' }, permission: authorizationPermissions.manage.code }],
  };
}
