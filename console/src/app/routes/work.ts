import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { toTodosSearch } from '#app/features/todos/search.ts';
import { enterFolder, toFilesSearch } from '#app/features/files/search.ts';
import { toOwnSearch } from '#app/features/own/search.ts';
import { toExportsSearch } from '#app/features/exports/search.ts';
import { toInboxSearch } from '#app/features/inbox/search.ts';
import { toMessagesSearch as toSentMessagesSearch } from '#app/features/notifications/messages/search.ts';
import { toReportsSearch } from '#app/features/notifications/reports/search.ts';
import { toSchedulesSearch } from '#app/features/notifications/schedules/search.ts';
import { toSuppressionsSearch } from '#app/features/notifications/suppressions/search.ts';
import { toTemplatesSearch } from '#app/features/notifications/templates/search.ts';
import { root } from './root.tsx';

const todos = createRoute({
  getParentRoute: () => root,
  path: '/todos',
  validateSearch: toTodosSearch,
  component: lazyRouteComponent(() => import('#app/features/todos/page.tsx'), 'TodosPage'),
});
const files = createRoute({
  getParentRoute: () => root,
  path: '/files',
  validateSearch: toFilesSearch,
  beforeLoad: enterFolder,
  component: lazyRouteComponent(() => import('#app/features/files/page.tsx'), 'FilesPage'),
});
const filesFolder = createRoute({
  getParentRoute: () => root,
  path: '/files/folders/$folderId',
  validateSearch: toFilesSearch,
  beforeLoad: enterFolder,
  component: lazyRouteComponent(() => import('#app/features/files/page.tsx'), 'FolderPage'),
});
const filesTrash = createRoute({
  getParentRoute: () => root,
  path: '/files/trash',
  validateSearch: toFilesSearch,
  component: lazyRouteComponent(() => import('#app/features/files/page.tsx'), 'TrashPage'),
});
const notifications = createRoute({
  getParentRoute: () => root,
  path: '/notifications',
  component: lazyRouteComponent(() => import('#app/features/notifications/frame.tsx'), 'NotificationsFrame'),
});
const sentMessages = createRoute({
  getParentRoute: () => notifications,
  path: '/',
  validateSearch: toSentMessagesSearch,
  component: lazyRouteComponent(() => import('#app/features/notifications/messages/page.tsx'), 'MessagesPage'),
});
const schedules = createRoute({
  getParentRoute: () => notifications,
  path: '/schedules',
  validateSearch: toSchedulesSearch,
  component: lazyRouteComponent(() => import('#app/features/notifications/schedules/page.tsx'), 'SchedulesPage'),
});
const templates = createRoute({
  getParentRoute: () => notifications,
  path: '/templates',
  validateSearch: toTemplatesSearch,
  component: lazyRouteComponent(() => import('#app/features/notifications/templates/page.tsx'), 'TemplatesPage'),
});
const template = createRoute({
  getParentRoute: () => notifications,
  path: '/templates/$templateId',
  component: lazyRouteComponent(() => import('#app/features/notifications/templates/editor.tsx'), 'TemplateEditor'),
});
const suppressions = createRoute({
  getParentRoute: () => notifications,
  path: '/suppressions',
  validateSearch: toSuppressionsSearch,
  component: lazyRouteComponent(() => import('#app/features/notifications/suppressions/page.tsx'), 'SuppressionsPage'),
});
const routing = createRoute({
  getParentRoute: () => notifications,
  path: '/routing',
  component: lazyRouteComponent(() => import('#app/features/notifications/routing/page.tsx'), 'RoutingPage'),
});
const reports = createRoute({
  getParentRoute: () => notifications,
  path: '/reports',
  validateSearch: toReportsSearch,
  component: lazyRouteComponent(() => import('#app/features/notifications/reports/page.tsx'), 'ReportsPage'),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: toInboxSearch,
  component: lazyRouteComponent(() => import('#app/features/inbox/page.tsx'), 'InboxPage'),
});

const own = createRoute({
  getParentRoute: () => root,
  path: '/modules/$name',
  validateSearch: toOwnSearch,
  component: lazyRouteComponent(() => import('#app/features/own/page.tsx'), 'OwnPage'),
});
const exportsPage = createRoute({
  getParentRoute: () => root,
  path: '/exports',
  validateSearch: toExportsSearch,
  component: lazyRouteComponent(() => import('#app/features/exports/page.tsx'), 'ExportsPage'),
});

export const work = [
  todos,
  files,
  filesFolder,
  filesTrash,
  notifications.addChildren([sentMessages, schedules, templates, template, suppressions, routing, reports]),
  inbox,
  own,
  exportsPage,
] as const;
