import { queryOptions } from '@tanstack/react-query';
import { take } from '#client';
import { client } from '#app/server/client.ts';

/** Entries that a check has marked: the newest of them, and how many there are. */
export const tamperedQuery = queryOptions({
  queryKey: ['audit', 'tampered'],
  queryFn: ({ signal }) =>
    take(client.api.GET('/api/v1/audit', { params: { query: { isTampered: true, pageSize: 1 } }, signal })),
  refetchInterval: 60_000,
});
