import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { toKeysSearch } from '#app/features/account/keys/search.ts';
import { root } from './root.tsx';

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('#app/features/account/page.tsx'), 'AccountPage'),
});
const accountParts = [
  createRoute({
    getParentRoute: () => account,
    path: '/',
    component: lazyRouteComponent(() => import('#app/features/account/overview/page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => account,
    path: '/profile',
    component: lazyRouteComponent(() => import('#app/features/account/profile/page.tsx'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => account,
    path: '/security',
    component: lazyRouteComponent(() => import('#app/features/account/security/page.tsx'), 'SecurityPage'),
  }),
  createRoute({
    getParentRoute: () => account,
    path: '/sessions',
    component: lazyRouteComponent(() => import('#app/features/account/sessions/page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => account,
    path: '/notifications',
    component: lazyRouteComponent(() => import('#app/features/account/notices/page.tsx'), 'NoticesPage'),
  }),
  createRoute({
    getParentRoute: () => account,
    path: '/organisations',
    component: lazyRouteComponent(() => import('#app/features/account/organisations/page.tsx'), 'OrganisationsPage'),
  }),
  createRoute({
    getParentRoute: () => account,
    path: '/keys',
    validateSearch: toKeysSearch,
    component: lazyRouteComponent(() => import('#app/features/account/keys/page.tsx'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => account,
    path: '/data',
    component: lazyRouteComponent(() => import('#app/features/account/data/page.tsx'), 'DataPage'),
  }),
] as const;

export const accountRoutes = [account.addChildren(accountParts)] as const;
