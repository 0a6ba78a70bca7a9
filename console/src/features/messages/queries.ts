import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { take, type ReplayFilter } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import { ages, type Box, type MessagesSearch } from './search.ts';

export const PATH = '/api/v1/observability/messages';
export const REPLAYS_PATH = '/api/v1/observability/replays';
/** Of one replay. */
export const MAX_TAKE = 1000;
const RUNNING_MS = 1000;
const QUIET_MS = 10_000;

export function toMessagesQuery({ box, state, type, consumer, error, age, cursor }: MessagesSearch, pageSize: number) {
  const text = error === undefined ? undefined : toPlain(error);
  return given({
    pageSize,
    box: box ?? ('inbox' as const),
    state,
    type,
    consumer,
    error: text,
    cursor,
    ...(age && ages[age]),
  });
}

/** Not renewed by itself: the trail records each look at these messages, as of what people were told. */
export function messagesQuery(query: ReturnType<typeof toMessagesQuery>) {
  return queryOptions({
    queryKey: ['messages', 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

export function messageQuery(id: string) {
  return queryOptions({
    queryKey: ['messages', 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/{id}`, { params: { path: { id } }, signal })),
    refetchOnWindowFocus: false,
  });
}

/** What the filters of the address mean for a replay. */
export function toReplayFilter({ type, consumer, error, age }: MessagesSearch): ReplayFilter {
  return given({
    types: type === undefined ? undefined : [type],
    consumers: consumer === undefined ? undefined : [consumer],
    error: error === undefined ? undefined : toPlain(error),
    ...(age && ages[age]),
  });
}

export interface StartReplay {
  readonly box: Box;
  readonly filter: ReplayFilter;
  readonly take: number;
}

export function useReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ box, ...body }: StartReplay) => {
      const at = `/api/v1/observability/orchestration/replay` as const;
      if (box === 'inbox') return take(client.api.POST(`${at}/inbox`, { body }));
      return box === 'outbox'
        ? take(client.api.POST(`${at}/outbox`, { body }))
        : take(client.api.POST(`${at}/work`, { body }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['replays'] }),
  });
}

export function useDiscard() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { readonly id: string; readonly reason: string }) =>
      take(client.api.POST(`${PATH}/{id}/discard`, { params: { path: { id } }, body: { reason } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['messages', 'list'] }),
  });
}

export function replaysQuery(query: { readonly pageSize: number; readonly cursor?: string }) {
  return queryOptions({
    queryKey: ['replays', 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(REPLAYS_PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'running') ? RUNNING_MS : QUIET_MS,
  });
}

/** Renewed each second until it has finished. */
export function replayQuery(id: string) {
  return queryOptions({
    queryKey: ['replays', 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(`${REPLAYS_PATH}/{id}`, { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? RUNNING_MS : false),
  });
}
