/**
 * Users: accounts, sign-in, sessions and recovery.
 *
 * Offers    `/api/v1/users`, `/api/v1/setup`; the public keys of access tokens and the pages that links open, at the
 *           root; authentication to the HTTP server, import and export of people to the command line (`UsersApi`).
 * Publishes an event for each thing that happens to an account or a session.
 * Hears     changes of roles and permissions, to tell the owner of the account. It calls Notifications for codes and
 *           Authorization for roles.
 * Stores    schema `users`: accounts, codes as HMAC, sessions, locks, signing keys.
 */
import { createLinks } from '#kernel/links.ts';
import { withTables } from '#platform/database/port.ts';
import { bearerTokenOf } from '#platform/http/port.ts';
import type { Module } from '#platform/module.ts';
import { worker } from '#platform/work/port.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };
import { accountRoutes } from './accounts/routes.ts';
import { findPeople, findPersonAt } from './accounts/people.ts';
import { createAccounts } from './accounts/service.ts';
import { accountAccessRoutes } from './administration/access-routes.ts';
import { administrationRoutes } from './administration/routes.ts';
import { createAdministrationService } from './administration/service.ts';
import { apiKeyRoutes } from './api-keys/routes.ts';
import { API_KEY_PREFIX, createApiKeys } from './api-keys/service.ts';
import { audited } from './audited.ts';
import { botCheckRoutes } from './bot-check/routes.ts';
import { createBotChecks } from './bot-check/service.ts';
import { createChallenges } from './challenges/service.ts';
import { codeRequestQueue } from './codes/code-requests.ts';
import { createCodes } from './codes/service.ts';
import { userErrors, userEvents, userPermissions, type UsersApi } from './contract.ts';
import { createDeletion } from './deletion/service.ts';
import { createDevices } from './devices/service.ts';
import { externalRoutes } from './external/routes.ts';
import { findSubject } from './external/queries.ts';
import { createExternal } from './external/service.ts';
import { factorRoutes } from './factors/routes.ts';
import { createFactors } from './factors/service.ts';
import { createFailedAttempts } from './failed-attempts/service.ts';
import { usersJobs } from './jobs.ts';
import { metadataRoutes } from './metadata/routes.ts';
import { createMetadata } from './metadata/service.ts';
import { createPeopleExport } from './import/export-people.ts';
import { createImport } from './import/service.ts';
import type { UsersNeeds } from './needs.ts';
import { impersonationRoutes } from './impersonation/routes.ts';
import { createImpersonations } from './impersonation/service.ts';
import { linkPageRoutes } from './pages/routes.ts';
import { passwordRoutes } from './passwords/routes.ts';
import { createPasswordService } from './passwords/service.ts';
import { exportUser } from './privacy/export.ts';
import { isClosed } from './queries.ts';
import { userSecrets } from './secrets.ts';
import { createTokenCookies } from './sessions/cookies.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { createSessionService } from './sessions/service.ts';
import { wellKnownRoutes } from './sessions/well-known.ts';
import { codeSignInRoutes } from './sign-in/code-routes.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { createSignInService } from './sign-in/service.ts';
import { stepUpRoutes } from './step-up/routes.ts';
import { createStepUp } from './step-up/service.ts';
import type { UsersTables } from './tables.ts';
import { createAddresses } from './addresses/typed.ts';

/** The sub-features in their order: each one uses only those above it. */
export function createUsers(needs: UsersNeeds): Module<UsersApi> {
  const devices = createDevices(needs);
  const botChecks = createBotChecks(needs);
  const failedAttempts = createFailedAttempts({ ...needs, devices });
  const challenges = createChallenges(needs);
  const toAddress = createAddresses({ read: needs.db.read, phoneRegion: needs.phoneRegion });
  const codes = createCodes(needs);
  const apiKeys = createApiKeys(needs);
  const metadata = createMetadata(needs);
  const { signingKeys, sessionIssuer, sessions } = createSessionService({ ...needs, devices, apiKeys, metadata });
  const impersonations = createImpersonations({ ...needs, apiKeys });
  const deletion = createDeletion({ ...needs, sessions, apiKeys });
  const passwords = createPasswordService({ ...needs, toAddress, devices, codes, apiKeys, failedAttempts, sessions });
  const { hashing } = passwords;
  const factors = createFactors({ ...needs, challenges, failedAttempts });
  const stepUp = createStepUp({ ...needs, hashing, sessions, failedAttempts, factors });
  const accounts = createAccounts({ ...needs, toAddress, failedAttempts, codes, deletion, passwords, sessionIssuer });
  const { admission, registration, verification, setup, addressForms } = accounts;
  const signIn = createSignInService({
    ...needs,
    toAddress,
    devices,
    challenges,
    codes,
    admission,
    failedAttempts,
    hashing,
    factors,
    sessionIssuer,
  });
  const external = createExternal({
    ...needs,
    failedAttempts,
    challenges,
    codes,
    factors,
    admission,
    sessionIssuer,
  });
  const administration = createAdministrationService({
    ...needs,
    apiKeys,
    failedAttempts,
    sessions,
    passwords,
    factors,
    admission,
    deletion,
  });
  const people = { ...createImport({ ...needs, metadata, admission }), ...createPeopleExport(needs) };
  const cookies = createTokenCookies({ ...needs, browserCookie: external.browsers.cookie });

  const api: UsersApi = {
    authenticate: (request) => {
      const token = bearerTokenOf(request);
      if (token === null) return null;
      return token.startsWith(API_KEY_PREFIX) ? apiKeys.authenticate(token) : sessions.authenticate(token);
    },
    callerOf: ({ sessionId, apiKeyId }) => {
      if (sessionId !== null) return sessions.callerOf(sessionId);
      return apiKeyId === null ? null : apiKeys.callerOf(apiKeyId);
    },
    stepUp: stepUp.required,
    prepare: async () => {
      await signingKeys.prepare();
      await addressForms.fold();
    },
    renewSigningKey: signingKeys.renew,
    publishedKeys: async () => (await signingKeys.current()).published,
    rotateSigningKey: signingKeys.rotate,
    withdrawSigningKey: signingKeys.withdraw,
    deleteOwn: deletion.removeOwn,
    peopleOf: (userIds) => findPeople(needs.db.read, userIds),
    personAt: (address) => findPersonAt(needs.db.read, address),
    addressOf: toAddress,
    workIn: (unit, sessionId, organisationId) =>
      sessions.workIn(withTables<UsersTables>(unit), sessionId, organisationId),
    isClosed: (userId) => isClosed(needs.db.read, userId),
    setupToken: setup.setupToken,
    createAdministrator: setup.createAdministrator,
    promoteToAdministrator: setup.promoteToAdministrator,
    ...people,
  };

  return {
    name: 'users',
    api,
    routes: async (http) => {
      http.addHook('preValidation', cookies.refuseForeign);
      http.addHook('preHandler', botChecks.demand);
      await http.register(botCheckRoutes(botChecks));
      await http.register(accountRoutes(accounts, needs.branding.language));
      await http.register(signInRoutes(signIn, cookies));
      await http.register(codeSignInRoutes(signIn.byCode, cookies, external.browsers, needs.branding.language));
      await http.register(sessionRoutes(sessions, cookies));
      await http.register(passwordRoutes(passwords, cookies));
      await http.register(stepUpRoutes(stepUp));
      await http.register(factorRoutes(factors));
      await http.register(apiKeyRoutes(apiKeys));
      await http.register(administrationRoutes(administration));
      await http.register(accountAccessRoutes(administration));
      await http.register(impersonationRoutes(impersonations));
      await http.register(metadataRoutes(metadata));
      await http.register(externalRoutes(external, cookies, needs.branding.language));
    },
    publicRoutes: async (http) => {
      await http.register(wellKnownRoutes(api, needs.publicUrl));
      await http.register(linkPageRoutes(createLinks(needs.publicUrl), needs.branding));
    },
    tags: {
      users: 'Accounts, sign-in, sessions, second factors, API keys, and the administration of accounts.',
      setup: 'The first administrator of a new installation.',
    },
    permissions: Object.values(userPermissions),
    errors: Object.values(userErrors),
    texts,
    templates,
    publishes: Object.values(userEvents),
    subscriptions: administration.subscriptions,
    workers: [
      worker({
        queue: codeRequestQueue,
        maxAttempts: 10,
        leaseMs: 30_000,
        handle: codes.requests.handleWith({
          verification: verification.resendVerification,
          reset: passwords.recovery.sendReset,
          signIn: signIn.byCode.send,
        }),
      }),
    ],
    jobs: usersJobs({
      db: needs.db,
      cleanUps: [
        sessions.deleteEnded,
        failedAttempts.deleteOld,
        challenges.deleteExpired,
        codes.limits.deleteOld,
        codes.sms.deleteOld,
        external.deleteOldCodes,
        impersonations.deleteExpired,
        impersonations.deleteOldMails,
      ],
      endOldRegistrations: registration.endOld,
      maintainSigningKeys: signingKeys.maintain,
    }),
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/users/oauth', '/api/v1/users/{userId}'],
    audited,
    privacy: {
      export: (userId) => exportUser(needs, userId),
      erase: (unit, userId) => deletion.erase(withTables<UsersTables>(unit), userId),
    },
    findSubject: (id, issuer) =>
      findSubject(
        needs.db.read,
        needs.providers.map(({ name }) => name),
        id,
        issuer,
      ),
    secrets: userSecrets(needs),
    menu: [{ path: '/users', title: { en: 'Users', fa: 'کاربران' }, permission: userPermissions.access.code }],
  };
}
