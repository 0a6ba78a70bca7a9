import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { take } from '#client';
import { toBounds, type Range } from '#app/range/range.ts';
import { client } from '#app/server/client.ts';
import { addSample, type Sample } from './charts/samples.ts';

export const HEALTH = '/api/v1/dashboard/orchestration-health';
export const METRICS = '/api/v1/observability/metrics';
export const ALERTS = '/api/v1/observability/alerts';
export const CATALOGUE = '/api/v1/observability/events/catalog';
/** Live figures are renewed so often while their tab is visible. */
export const EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;

export function orchestrationQuery() {
  return queryOptions({
    queryKey: ['orchestration-health'],
    queryFn: ({ signal }) => take(client.api.GET(HEALTH, { signal })),
    refetchInterval: EVERY_MS,
  });
}

/** What all processes have answered. */
export function historyQuery(range: Range) {
  return queryOptions({
    queryKey: ['request-history', range],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/observability/requests', { params: { query: toBounds(range) }, signal })),
    placeholderData: keepPreviousData,
    ...(typeof range === 'string' && { refetchInterval: EVERY_MS }),
  });
}

/** The key figures, and those of the answers before: the server keeps no history of them, so this page does, for as long as it is open. */
export function kpisQuery() {
  const queryKey = ['kpis'] as const;
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client: queries }) => {
      const now = await take(client.api.GET(METRICS, { signal }));
      const before = queries.getQueryData<{ readonly samples: readonly Sample[] }>(queryKey);
      return { now, samples: addSample(before?.samples ?? [], now) };
    },
    refetchInterval: EVERY_MS,
    gcTime: HOUR_MS,
  });
}

/** `pageSize`: 100 are the most. */
export function alertsQuery(query: { readonly pageSize: number; readonly cursor?: string }) {
  return queryOptions({
    queryKey: ['alerts', query],
    queryFn: ({ signal }) => take(client.api.GET(ALERTS, { params: { query }, signal })),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

export function rehearsalQuery(name: string, target: number | undefined) {
  const query = target === undefined ? {} : { target };
  const path = { name };
  return queryOptions({
    queryKey: ['rehearsal', name, target],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/observability/objectives/{name}/alerts', { params: { path, query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The same for as long as the server runs. */
export function catalogueQuery() {
  return queryOptions({
    queryKey: ['event-catalogue'],
    queryFn: ({ signal }) => take(client.api.GET(CATALOGUE, { signal })),
    staleTime: HOUR_MS,
  });
}

export function healthQuery() {
  return queryOptions({
    queryKey: ['health'],
    queryFn: ({ signal }) => take(client.api.GET('/health', { signal })),
    refetchInterval: EVERY_MS,
  });
}
