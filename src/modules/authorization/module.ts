/**
 * Authorization: who may do what, through roles, permissions of their own, denials, and lists of single resources.
 *
 * Offers    `/api/v1/authorization`; decisions to the HTTP server, subjects to users, access lists to all (`AuthorizationApi`).
 * Publishes a fact for each change of a role, of what somebody holds or is denied, and of an access list.
 * Hears     nothing: users calls `admit` and `remove` in its own units.
 * Stores    schema `authorization`: catalogue, roles, who holds what, and who is listed for which resource.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module, Routes } from '#platform/module.ts';
import {
  authorizationErrors,
  authorizationEvents,
  authorizationPermissions,
  type AuthorizationApi,
} from './contract.ts';
import { createExplain, type ExplainNeeds } from './explain.ts';
import { explainRoutes } from './explain-routes.ts';
import { authorizationRoutes } from './routes.ts';
import { createAuthorizationService, type AuthorizationNeeds } from './service.ts';
import texts from './texts.json' with { type: 'json' };

/**
 * Answers who may do what, and why: at `/api/v1/authorization/check`, and as OpenID AuthZEN 1.0 has it at
 * `/access/v1/evaluation`. Apart from the module, since `rules` are those of all modules.
 */
export function decisionRoutes(needs: ExplainNeeds): Routes {
  return explainRoutes(createExplain(needs));
}

export function createAuthorization(needs: AuthorizationNeeds): Module<AuthorizationApi> {
  const authorization = createAuthorizationService(needs);
  return {
    name: 'authorization',
    api: authorization.api,
    routes: authorizationRoutes(authorization),
    permissions: Object.values(authorizationPermissions),
    errors: Object.values(authorizationErrors),
    texts,
    publishes: Object.values(authorizationEvents),
    subscriptions: [],
    workers: [],
    jobs: [],
    migrations: new URL('./migrations/', import.meta.url),
    health: [],
    privacy: {
      export: authorization.exportFor,
      erase: (unit, userId) => authorization.forgetUser(withTables(unit), userId),
    },
    menu: [{ path: '/roles', title: { en: 'Roles', fa: 'نقش‌ها' }, permission: authorizationPermissions.manage.code }],
  };
}
