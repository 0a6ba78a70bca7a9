/**
 * Authorization: who may do what, through roles.
 *
 * Offers    `/api/v1/authorization`; decisions to the HTTP server, subjects to users (`AuthorizationApi`).
 * Publishes a fact for each role or permission given or taken.
 * Hears     nothing: users calls `admit` and `remove` in its own units.
 * Stores    schema `authorization`: catalogue, roles, and who holds them.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import {
  authorizationErrors,
  authorizationEvents,
  authorizationPermissions,
  type AuthorizationApi,
} from './contract.ts';
import { findHoldings } from './queries.ts';
import { authorizationRoutes } from './routes.ts';
import { createAuthorizationService, type AuthorizationNeeds } from './service.ts';
import texts from './texts.json' with { type: 'json' };

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
      export: (userId) => findHoldings(needs.db.read, userId),
      erase: (unit, userId) => authorization.forgetUser(withTables(unit), userId),
    },
    menu: [{ path: '/roles', title: { en: 'Roles', fa: 'نقش‌ها' }, permission: authorizationPermissions.manage.code }],
  };
}
