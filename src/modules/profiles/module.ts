/**
 * Profiles: what each user tells of themselves, and who sees it. Read `parts/service.ts` (how a profile is changed),
 * `media/service.ts` (avatar and music, which are files), `view/service.ts` (what others see) and `report/queries.ts`.
 *
 * Offers    `/api/v1/profiles`.
 * Publishes `profiles.created`, `profiles.updated` with the part that was changed.
 * Hears     `files.deleted`: a file that is deleted is no avatar and no music any more.
 * Stores    schema `profiles`: one row for each user, and how many there are of each kind.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { audited } from './audited.ts';
import { profileErrors, profileEvents, profilePermissions } from './contract.ts';
import { mediaRoutes } from './media/routes.ts';
import { createProfileMedia } from './media/service.ts';
import type { ProfilesNeeds } from './needs.ts';
import { partRoutes } from './parts/routes.ts';
import { createProfileParts } from './parts/service.ts';
import { deleteProfile } from './queries.ts';
import { reportRoutes } from './report/routes.ts';
import { createProfileReport } from './report/service.ts';
import type { ProfilesTables } from './tables.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };
import { viewRoutes } from './view/routes.ts';
import { createProfileView } from './view/service.ts';
import { createVisible } from './view/visible.ts';

export function createProfiles(needs: ProfilesNeeds): Module {
  const parts = createProfileParts(needs);
  const visible = createVisible(needs);
  const media = createProfileMedia({ ...needs, parts, visible });
  const view = createProfileView(visible);
  const report = createProfileReport(needs);
  const routes = [partRoutes(parts), mediaRoutes(media, parts), viewRoutes(view), reportRoutes(report)];

  return {
    name: 'profiles',
    routes: async (http) => {
      for (const each of routes) await http.register(each);
    },
    tags: { profiles: 'What users tell of themselves, and who sees it.' },
    permissions: Object.values(profilePermissions),
    errors: Object.values(profileErrors),
    texts,
    templates,
    publishes: Object.values(profileEvents),
    subscriptions: media.subscriptions,
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/profiles/{userId}', '/api/v1/profiles/me/interests'], // what others show, and a word
    audited,
    privacy: {
      export: parts.exportFor,
      erase: (unit, userId) => deleteProfile(withTables<ProfilesTables>(unit).tx, userId),
    },
    menu: [
      { path: '/profile', title: { en: 'Profile', fa: 'پروفایل' }, permission: profilePermissions.read.code },
      { path: '/profiles', title: { en: 'Profiles', fa: 'پروفایل‌ها' }, permission: profilePermissions.adminRead.code },
    ],
  };
}
