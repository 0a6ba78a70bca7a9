/**
 * Users: accounts, sign-in, sessions and recovery.
 *
 * Offers    `/api/v1/users`, `/api/v1/setup`; authentication to the HTTP server (`UsersApi`).
 * Publishes a fact for each thing that happens to an account or a session.
 * Hears     nothing: codes leave by a call to Notifications, roles by calls to Authorization.
 * Stores    schema `users`: accounts, codes as HMAC, sessions, lock-outs, signing keys.
 */
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { administrationRoutes } from './administration-routes.ts';
import { apiKeyRoutes } from './api-key-routes.ts';
import { userErrors, userEvents, userPermissions, type UsersApi } from './contract.ts';
import type { UsersNeeds } from './needs.ts';
import { codeRequestQueue } from './recovery.ts';
import { externalRoutes } from './external/routes.ts';
import { factorRoutes } from './factor-routes.ts';
import { userRoutes } from './routes.ts';
import { userSecrets } from './secrets.ts';
import { createUserService } from './service.ts';
import { createTokenCookies } from './token-cookies.ts';
import { signInRoutes } from './sign-in-routes.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

export function createUsers(needs: UsersNeeds): Module<UsersApi> {
  const users = createUserService(needs);
  const cookies = createTokenCookies(needs.publicUrl);
  return {
    name: 'users',
    api: users.api,
    routes: async (http) => {
      await http.register(userRoutes(users, cookies));
      await http.register(signInRoutes(users, cookies));
      await http.register(factorRoutes(users));
      await http.register(apiKeyRoutes(users.apiKeys));
      await http.register(administrationRoutes(users.administration, users.invitations));
      await http.register(externalRoutes(users, cookies));
    },
    permissions: Object.values(userPermissions),
    errors: Object.values(userErrors),
    texts,
    templates,
    publishes: Object.values(userEvents),
    subscriptions: [],
    workers: [worker({ queue: codeRequestQueue, maxAttempts: 10, leaseMs: 30_000, handle: users.workOffRequest })],
    jobs: [
      job({
        name: 'users.tidy',
        description: 'Deletes sessions that ended a month ago, and old lock-outs',
        everySeconds: 3600,
        run: users.tidy,
      }),
      job({
        name: 'users.signing_keys',
        description: 'Makes a new signing key when the present one is old, and deletes those that have served',
        everySeconds: 3600,
        run: users.maintainSigningKeys,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    health: [],
    privacy: { export: users.exportFor, erase: users.erase },
    secrets: userSecrets(needs),
    menu: [{ path: '/users', title: { en: 'Users', fa: 'کاربران' }, permission: userPermissions.access.code }],
  };
}
