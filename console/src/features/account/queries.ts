import { queryOptions } from '@tanstack/react-query';
import { take } from '#client';
import { client } from '#app/server/client.ts';

const params = { query: { pageSize: 100 } };

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => take(client.api.GET('/api/v1/users/sessions', { params, signal })),
});

export const keysQuery = queryOptions({
  queryKey: ['account', 'keys'],
  queryFn: ({ signal }) => take(client.api.GET('/api/v1/users/api-keys', { params, signal })),
});

export const organisationsQuery = queryOptions({
  queryKey: ['account', 'organisations'],
  queryFn: ({ signal }) => take(client.api.GET('/api/v1/organisations', { params, signal })),
});
