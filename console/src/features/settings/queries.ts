import { queryOptions } from '@tanstack/react-query';
import { take } from '#client';
import { client } from '#app/server/client.ts';

const EVERY_MS = 30_000;

export const healthQuery = queryOptions({
  queryKey: ['settings', 'health'],
  queryFn: ({ signal }) => take(client.api.GET('/health', { signal })),
  refetchInterval: EVERY_MS,
});

export const accessQuery = queryOptions({
  queryKey: ['settings', 'access'],
  queryFn: ({ signal }) => take(client.api.GET('/api/v1/authorization', { signal })),
});

export interface ApiFacts {
  readonly title: string;
  readonly version: string;
  readonly openapi: string;
  readonly operations: number;
}

interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, object>>;
}

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** Of the document that describes the API, which does not describe itself. */
export const apiQuery = queryOptions({
  queryKey: ['settings', 'api'],
  async queryFn({ signal }): Promise<ApiFacts> {
    const { openapi, info, paths } = await take(
      client.api.GET('/openapi.json' as '/health', { signal }) as unknown as Answer<ApiDocument>,
    );
    const operations = Object.values(paths).reduce((count, path) => count + Object.keys(path).length, 0);
    return { ...info, openapi, operations };
  },
  staleTime: Infinity,
});

/** As Prometheus reads them. */
export const metricsQuery = queryOptions({
  queryKey: ['settings', 'metrics'],
  queryFn: ({ signal }) =>
    take(client.api.GET('/metrics' as '/health', { parseAs: 'text', signal }) as unknown as Answer<string>),
  staleTime: 0,
});
