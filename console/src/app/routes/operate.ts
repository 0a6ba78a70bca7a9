import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { toIncidentsSearch } from '#app/features/incidents/search.ts';
import { toLogsSearch } from '#app/features/logs/search.ts';
import { toJobsSearch, toRunsSearch } from '#app/features/scheduler/search.ts';
import { toMessagesSearch, toReplaysSearch } from '#app/features/messages/search.ts';
import { toObservabilitySearch } from '#app/features/observability/search.ts';
import { toWebhooksSearch } from '#app/features/webhooks/search.ts';
import { toRangeSearch } from '#app/range/range.ts';
import { root } from './root.tsx';

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: toRangeSearch,
  component: lazyRouteComponent(() => import('#app/features/overview/page.tsx'), 'OverviewPage'),
});
const observability = createRoute({
  getParentRoute: () => root,
  path: '/observability',
  validateSearch: toObservabilitySearch,
  component: lazyRouteComponent(() => import('#app/features/observability/page.tsx'), 'ObservabilityPage'),
});
const messages = createRoute({
  getParentRoute: () => root,
  path: '/messages',
  validateSearch: toMessagesSearch,
  component: lazyRouteComponent(() => import('#app/features/messages/page.tsx'), 'MessagesPage'),
});
const replays = createRoute({
  getParentRoute: () => root,
  path: '/messages/replays',
  validateSearch: toReplaysSearch,
  component: lazyRouteComponent(() => import('#app/features/messages/replays.tsx'), 'ReplaysPage'),
});
const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  validateSearch: toLogsSearch,
  component: lazyRouteComponent(() => import('#app/features/logs/page.tsx'), 'LogsPage'),
});
const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  validateSearch: toIncidentsSearch,
  component: lazyRouteComponent(() => import('#app/features/incidents/page.tsx'), 'IncidentsPage'),
});
const jobs = createRoute({
  getParentRoute: () => root,
  path: '/scheduler',
  validateSearch: toJobsSearch,
  component: lazyRouteComponent(() => import('#app/features/scheduler/jobs/page.tsx'), 'JobsPage'),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: '/scheduler/runs',
  validateSearch: toRunsSearch,
  component: lazyRouteComponent(() => import('#app/features/scheduler/runs/page.tsx'), 'RunsPage'),
});
const schedulerMetrics = createRoute({
  getParentRoute: () => root,
  path: '/scheduler/metrics',
  component: lazyRouteComponent(() => import('#app/features/scheduler/metrics/page.tsx'), 'MetricsPage'),
});
const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/webhooks',
  validateSearch: toWebhooksSearch,
  component: lazyRouteComponent(() => import('#app/features/webhooks/page.tsx'), 'WebhooksPage'),
});

export const operate = [
  overview,
  observability,
  messages,
  replays,
  logs,
  incidents,
  jobs,
  runs,
  schedulerMetrics,
  webhooks,
] as const;
