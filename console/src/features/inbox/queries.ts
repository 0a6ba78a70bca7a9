import { keepPreviousData, queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { take, type InboxItem, type UnreadCount } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';

export const PATH = '/api/v1/notifications/inbox';
const LISTS = ['inbox', 'list'] as const;
const UNREAD = ['inbox', 'unread'] as const;
const FALLBACK_MS = 30_000; // where the stream is cut, the count is at most so old

export const unreadQuery = queryOptions({
  queryKey: UNREAD,
  queryFn: ({ signal }) => take(client.api.GET(`${PATH}/unread-count`, { signal })),
  refetchInterval: FALLBACK_MS,
});

export function inboxQuery(asked: { readonly pageSize: number; readonly cursor?: string | undefined }) {
  const query = given(asked);
  return queryOptions({
    queryKey: [...LISTS, query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

type InboxPage = Awaited<ReturnType<NonNullable<ReturnType<typeof inboxQuery>['queryFn']>>>;

/** What the stream tells: the count at once, and lists are read again where they are shown. */
export function showCount(queries: QueryClient, count: UnreadCount): void {
  queries.setQueryData(UNREAD, count);
}

export function showArrival(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: LISTS });
}

/** Shows a change of some items everywhere, and takes it back if the server refuses. */
function useMark<V>(
  send: (value: V) => Promise<unknown>,
  isMarked: (item: InboxItem, value: V) => boolean,
  countAfter: (count: number, marked: number) => number,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onMutate: async (value) => {
      await queries.cancelQueries({ queryKey: ['inbox'] });
      const before = queries.getQueriesData({ queryKey: ['inbox'] });
      const readAt = new Date().toISOString();
      const marked = new Set<string>();
      queries.setQueriesData<InboxPage>(
        { queryKey: LISTS },
        (page) =>
          page && {
            ...page,
            items: page.items.map((item) => {
              if (item.readAt !== null || !isMarked(item, value)) return item;
              marked.add(item.id);
              return { ...item, readAt };
            }),
          },
      );
      queries.setQueryData<UnreadCount>(
        UNREAD,
        (count) => count && { ...count, unreadCount: countAfter(count.unreadCount, marked.size) },
      );
      return before;
    },
    onError: (_, __, before) => {
      for (const [key, data] of before ?? []) queries.setQueryData(key, data);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['inbox'] }),
  });
}

export function useRead() {
  return useMark(
    (id: string) => take(client.api.POST(`${PATH}/{id}/read`, { params: { path: { id } } })),
    (item, id) => item.id === id,
    (count, marked) => Math.max(0, count - marked),
  );
}

export function useReadAll() {
  return useMark(
    (_: undefined) => take(client.api.POST(`${PATH}/read-all`)),
    () => true,
    () => 0,
  );
}
