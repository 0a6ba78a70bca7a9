import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { toAuditSearch } from '#app/features/audit/search.ts';
import { toIntegritySearch } from '#app/features/integrity/search.ts';
import { toSettingsSearch } from '#app/features/settings/search.ts';
import { toMailboxSearch } from '#app/features/mailbox/search.ts';
import { root } from './root.tsx';

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: toAuditSearch,
  component: lazyRouteComponent(() => import('#app/features/audit/page.tsx'), 'AuditPage'),
});
const integrity = createRoute({
  getParentRoute: () => root,
  path: '/integrity',
  validateSearch: toIntegritySearch,
  component: lazyRouteComponent(() => import('#app/features/integrity/page.tsx'), 'IntegrityPage'),
});
const settingsPage = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: toSettingsSearch,
  component: lazyRouteComponent(() => import('#app/features/settings/page.tsx'), 'SettingsPage'),
});
const mailbox = createRoute({
  getParentRoute: () => root,
  path: '/mailbox',
  validateSearch: toMailboxSearch,
  component: lazyRouteComponent(() => import('#app/features/mailbox/page.tsx'), 'MailboxPage'),
});

export const trust = [audit, integrity, settingsPage, mailbox] as const;
