import { infiniteQueryOptions, keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import type { UsersSearch } from './search.ts';

export const PATH = '/api/v1/users';
export const TRAIL = '/api/v1/audit';
export const FILES = '/api/v1/files/search';
export const MESSAGES = '/api/v1/notifications/reports/details';
export const LISTS = ['users', 'list'] as const;
const TRAIL_SIZE = 20;

/** The query of the list operation, for what the address says. */
export function toUsersQuery({ search, status, cursor }: UsersSearch, pageSize: number) {
  return given({ pageSize, cursor, status, search: search === undefined ? undefined : toPlain(search) });
}

export function usersQuery(query: ReturnType<typeof toUsersQuery>) {
  return queryOptions({
    queryKey: [...LISTS, query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export type UserPage = Awaited<ReturnType<NonNullable<ReturnType<typeof usersQuery>['queryFn']>>>;

export function userQuery(userId: string, queries: QueryClient) {
  return queryOptions({
    queryKey: ['users', 'one', userId],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/{userId}`, { params: { path: { userId } }, signal })),
    placeholderData: () =>
      queries
        .getQueriesData<UserPage>({ queryKey: LISTS })
        .flatMap(([, page]) => page?.items ?? [])
        .find(({ id }) => id === userId),
  });
}

export function fieldsQuery(userId: string) {
  return queryOptions({
    queryKey: ['users', 'fields', userId],
    queryFn: ({ signal }) =>
      take(client.api.GET(`${PATH}/{userId}/metadata`, { params: { path: { userId } }, signal })),
  });
}

export function filterOf(userId: string, side: 'by' | 'to') {
  return side === 'by' ? { actorId: userId } : { resourceId: userId };
}

/** What the user did (`by`), or what was done to the account (`to`), newest first. */
export function trailQuery(userId: string, side: 'by' | 'to') {
  return infiniteQueryOptions({
    queryKey: ['users', 'trail', userId, side],
    queryFn: ({ signal, pageParam }) =>
      take(
        client.api.GET(TRAIL, {
          params: { query: given({ ...filterOf(userId, side), pageSize: TRAIL_SIZE, cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

export function ownedFilesQuery(ownerId: string) {
  return infiniteQueryOptions({
    queryKey: ['users', 'files', ownerId],
    queryFn: ({ signal, pageParam }) =>
      take(
        client.api.GET(FILES, {
          params: { query: given({ ownerId, pageSize: TRAIL_SIZE, cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Messages to the account in the last 30 days, newest first. */
export function messagesQuery(userId: string) {
  return infiniteQueryOptions({
    queryKey: ['users', 'messages', userId],
    queryFn: ({ signal, pageParam }) =>
      take(
        client.api.GET(MESSAGES, {
          params: { query: given({ userId, pageSize: TRAIL_SIZE, cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

export function behalfQuery() {
  return queryOptions({
    queryKey: ['users', 'behalf'],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/impersonations`, { signal })),
  });
}
