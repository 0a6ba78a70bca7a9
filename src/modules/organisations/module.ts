/**
 * Organisations: groups of people who work together, with a role for each in each of them.
 *
 * Offers    `/api/v1/organisations`.
 * Publishes an event for each thing that happens to an organisation, a member or an invitation.
 * Hears     proved addresses, to know whose an invitation is. Who is in which organisation is kept by Authorization, whose
 *           decisions depend on it.
 * Stores    schema `organisations`: organisations and invitations.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { job } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { organisationErrors, organisationEvents, organisationPermissions } from './contract.ts';
import { exportFor } from './invitations/queries.ts';
import { invitationRoutes } from './invitations/routes.ts';
import { createInvitations } from './invitations/service.ts';
import { memberRoutes } from './members/routes.ts';
import { createMembers } from './members/service.ts';
import type { OrganisationsNeeds } from './needs.ts';
import { findOrganisation, findOrganisations, listIds } from './queries.ts';
import { organisationRoutes } from './routes.ts';
import { createOrganisationService } from './service.ts';
import type { OrganisationsTables } from './tables.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

export function createOrganisations(needs: OrganisationsNeeds): Module {
  const { db, authorization } = needs;
  const service = createOrganisationService(needs);
  const members = createMembers({ ...needs, service });
  const invitations = createInvitations({ ...needs, service, members });
  return {
    name: 'organisations',
    routes: async (http) => {
      await http.register(organisationRoutes(service));
      await http.register(memberRoutes(members));
      await http.register(invitationRoutes(invitations));
    },
    tags: { organisations: 'Groups of people, with roles of their own, and invitations to them.' },
    permissions: Object.values(organisationPermissions),
    errors: Object.values(organisationErrors),
    texts,
    templates,
    publishes: Object.values(organisationEvents),
    subscriptions: invitations.subscriptions,
    jobs: [
      job<OrganisationsTables>({
        name: 'organisations.tidy',
        description: 'Deletes invitations that ended more than a day ago',
        everySeconds: 3600,
        run: invitations.tidy,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    resourceRules: [
      {
        resourceType: 'organisation',
        permissions: [organisationPermissions.manage, organisationPermissions.members],
        manageAll: organisationPermissions.access,
        findReason: async (_, permission, id) =>
          (await findOrganisation(db.read, id)) ? { code: 'permission', permission } : null,
        listIds: (_, __, { after, limit }) => listIds(db.read, after, limit),
      },
    ],
    sharedPaths: ['/api/v1/organisations'],
    audited,
    privacy: {
      async export(userId) {
        const memberships = await authorization.organisations.listOf(userId);
        const rows = await findOrganisations(
          db.read,
          memberships.map(({ organisationId }) => organisationId),
        );
        const names = new Map(rows.map(({ id, name }) => [id, name]));
        const own = memberships.map(({ userId: _, ...one }) => ({ ...one, name: names.get(one.organisationId) ?? '' }));
        const { received, sent } = await exportFor(db.read, userId);
        const isEmpty = own.length + received.length + sent.length === 0;
        return isEmpty ? null : { memberships: own, invitationsReceived: received, invitationsSent: sent };
      },
      erase: (unit, userId) => members.forgetUser(withTables<OrganisationsTables>(unit), userId),
    },
    menu: [
      {
        path: '/organisations',
        title: { en: 'Organisations', fa: 'سازمان‌ها' },
        permission: organisationPermissions.access.code,
      },
    ],
  };
}
