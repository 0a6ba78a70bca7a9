import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { take, type Export } from '#client';
import { EXPORTS as PATH } from '#app/list/exports.ts';
import { client } from '#app/server/client.ts';

const ASKED_EVERY_MS = 3000;
export const LISTS = ['exports'] as const;

/** Whether the server still has something to do for it. */
export function isOpen({ status }: Pick<Export, 'status'>): boolean {
  return status === 'waiting' || status === 'running';
}

/** Asked for again while one of them is being made. */
export function exportsQuery(query: { readonly pageSize?: number; readonly cursor?: string }) {
  return queryOptions({
    queryKey: [...LISTS, 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (data?.items.some(isOpen) ? ASKED_EVERY_MS : false),
  });
}

export function exportQuery(id: string) {
  return queryOptions({
    queryKey: [...LISTS, 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/{id}`, { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && isOpen(data) ? ASKED_EVERY_MS : false),
  });
}
