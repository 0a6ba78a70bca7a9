import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { sinceOf } from '../kinds.ts';
import type { MessagesSearch } from './search.ts';

export const PATH = '/api/v1/notifications';
/** All that is read of messages. */
export const MESSAGES = ['notifications', 'messages'] as const;
const LISTS = [...MESSAGES, 'list'] as const;
const WATCH_MS = 2000; // a message that is on its way is read again

/** The query of the list operation, for what the address says. */
export function toMessagesQuery({ channel, status, range, cursor }: MessagesSearch, pageSize: number) {
  return given({ pageSize, cursor, channel, status, from: sinceOf(range) });
}

export function messagesQuery(query: ReturnType<typeof toMessagesQuery>) {
  return queryOptions({
    queryKey: [...LISTS, query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

type MessagePage = Awaited<ReturnType<NonNullable<ReturnType<typeof messagesQuery>['queryFn']>>>;

export function messageQuery(notificationId: string, queries: QueryClient) {
  return queryOptions({
    queryKey: [...MESSAGES, 'one', notificationId],
    queryFn: ({ signal }) =>
      take(client.api.GET(`${PATH}/{notificationId}`, { params: { path: { notificationId } }, signal })),
    placeholderData: () =>
      queries
        .getQueriesData<MessagePage>({ queryKey: LISTS })
        .flatMap(([, page]) => page?.items ?? [])
        .find(({ id }) => id === notificationId),
    refetchInterval: ({ state }) =>
      state.data?.status === 'pending' || state.data?.status === 'sending' ? WATCH_MS : false,
  });
}

export function cancelMessage(notificationId: string) {
  return take(client.api.PUT(`${PATH}/{notificationId}/cancel`, { params: { path: { notificationId } } }));
}

export function archiveMessage(id: string) {
  return take(client.api.DELETE(`${PATH}/archive/{id}`, { params: { path: { id } } }));
}
