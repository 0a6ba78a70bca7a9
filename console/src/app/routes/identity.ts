import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { toOrganisationsSearch } from '#app/features/organisations/search.ts';
import { toMatrixSearch, toRolesSearch, toWhySearch } from '#app/features/roles/search.ts';
import { toUsersSearch } from '#app/features/users/search.ts';
import { toProfilesSearch } from '#app/features/profiles/search.ts';
import { root } from './root.tsx';

const users = createRoute({
  getParentRoute: () => root,
  path: '/users',
  validateSearch: toUsersSearch,
  component: lazyRouteComponent(() => import('#app/features/users/page.tsx'), 'UsersPage'),
});
const profiles = createRoute({
  getParentRoute: () => root,
  path: '/profiles',
  validateSearch: toProfilesSearch,
  component: lazyRouteComponent(() => import('#app/features/profiles/page.tsx'), 'ProfilesPage'),
});
const roles = createRoute({
  getParentRoute: () => root,
  path: '/roles',
  validateSearch: toRolesSearch,
  component: lazyRouteComponent(() => import('#app/features/roles/page.tsx'), 'RolesPage'),
});
const rolesMatrix = createRoute({
  getParentRoute: () => root,
  path: '/roles/matrix',
  validateSearch: toMatrixSearch,
  component: lazyRouteComponent(() => import('#app/features/roles/matrix.tsx'), 'MatrixPage'),
});
const rolesWhy = createRoute({
  getParentRoute: () => root,
  path: '/roles/why',
  validateSearch: toWhySearch,
  component: lazyRouteComponent(() => import('#app/features/roles/why.tsx'), 'WhyPage'),
});
const organisations = createRoute({
  getParentRoute: () => root,
  path: '/organisations',
  validateSearch: toOrganisationsSearch,
  component: lazyRouteComponent(() => import('#app/features/organisations/page.tsx'), 'OrganisationsPage'),
});

export const identity = [users, profiles, roles, rolesMatrix, rolesWhy, organisations] as const;
