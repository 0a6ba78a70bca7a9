/**
 * Authorization: who may do what, by roles, direct permissions, denials, roles in organisations, and access lists of single resources.
 *
 * Offers    `/api/v1/authorization`; decisions to the HTTP server, subjects to users, access lists to all (`AuthorizationApi`).
 * Publishes an event for each change of a role, of what a user holds or is denied, and of an access list.
 * Hears     nothing: users calls `admit` and `remove` in its own units.
 * Stores    schema `authorization`: catalogue, roles, what each user holds, who is in which organisation, and access lists.
 */
import { withTables, type Db } from '#platform/database/port.ts';
import type { DecisionCache } from '#platform/decision-cache/port.ts';
import type { Module } from '#platform/module.ts';
import { createAccessLists } from './access-lists/service.ts';
import { audited } from './audited.ts';
import {
  authorizationErrors,
  authorizationEvents,
  authorizationPermissions,
  type AuthorizationApi,
} from './contract.ts';
import { createDecisions } from './decisions/decisions.ts';
import { createExplain } from './decisions/explain.ts';
import { authzenRoutes } from './decisions/authzen-routes.ts';
import { createAuthzen } from './decisions/authzen.ts';
import { checkRoutes } from './decisions/routes.ts';
import { createOrganisationDecisions } from './decisions/organisations.ts';
import { createOrganisations } from './organisations/service.ts';
import { createCatalogue } from './roles/catalogue.ts';
import { createRoleGuard } from './roles/guards.ts';
import { roleRoutes } from './roles/routes.ts';
import { createRoles } from './roles/service.ts';
import { createAccounts } from './subjects/accounts.ts';
import { subjectRoutes } from './subjects/routes.ts';
import { createSubjects } from './subjects/service.ts';
import type { AuthorizationTables } from './tables.ts';
import texts from './texts.json' with { type: 'json' };

export interface AuthorizationNeeds {
  readonly db: Db<AuthorizationTables>;
  readonly decisionCache: DecisionCache;
  /** The address of this installation, by which other programs know its decisions. */
  readonly publicUrl: string;
}

export function createAuthorization({ db, decisionCache, publicUrl }: AuthorizationNeeds): Module<AuthorizationApi> {
  const catalogue = createCatalogue(db);
  const guardRoles = createRoleGuard(catalogue.resourceRules);
  const roles = createRoles(db, guardRoles, catalogue.summaryOf);
  const subjects = createSubjects(db, guardRoles);
  const organisations = createOrganisations(db, decisionCache);
  const accessLists = createAccessLists(db);
  const { resourceRules } = catalogue;
  const inOrganisations = createOrganisationDecisions({ db, resourceRules });
  const permissionsOf = createDecisions(db, decisionCache);
  const explain = createExplain({ db, resourceRules, organisations: inOrganisations });
  const authzen = createAuthzen({ db, explain, organisations: inOrganisations, catalogue });
  return {
    name: 'authorization',
    api: {
      ...createAccounts(guardRoles),
      hasAdministrator: subjects.hasAdministrator,
      rolesOf: subjects.rolesOf,
      membersOf: subjects.membersOf,
      holdersOf: subjects.holdersOf,
      accessLists: accessLists.api,
      organisations,
      permissionsOf,
      roles: {
        list: roles.listRoles,
        create: (actor, { name, permissions }) =>
          roles.createRole(actor, { name, permissions: [...permissions], includes: [] }),
        grant: (actor, roleName, code) => roles.setPermission(actor, roleName, code, true),
      },
      unknownPermissions: catalogue.unknownPermissions,
      declare: catalogue.declare,
    },
    routes: async (http) => {
      await http.register(roleRoutes(roles));
      await http.register(subjectRoutes(subjects));
      await http.register(checkRoutes(explain));
    },
    publicRoutes: authzenRoutes(authzen, publicUrl),
    tags: {
      authorization: 'Roles, permissions, who holds them, and decisions with their reasons.',
    },
    permissions: Object.values(authorizationPermissions),
    errors: Object.values(authorizationErrors),
    texts,
    publishes: Object.values(authorizationEvents),
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/authorization'],
    audited,
    privacy: {
      async export(userId) {
        const holdings = await subjects.exportFor(userId);
        return holdings && { ...holdings, accessEntries: accessLists.exportFor(userId) };
      },
      erase: (unit, userId) => subjects.forgetUser(withTables(unit), userId),
    },
    menu: [{ path: '/roles', title: { en: 'Roles', fa: 'نقش‌ها' }, permission: authorizationPermissions.manage.code }],
  };
}
