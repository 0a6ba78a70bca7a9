import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { toBounds, type Range } from '#app/range/range.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import { facetFields, type FacetName } from './query/terms.ts';

export const PATH = '/api/v1/logging/events';
const EVENT = `${PATH}/{eventId}` as const;
const PAGE_SIZE = 100;
const BARS = 60;

/** What is asked: a query, and the time that it covers. */
export interface Asked {
  readonly query: string;
  readonly range: Range;
}

export function toFilter({ query, range }: Asked) {
  return { ...toBounds(range), ...toTextFilter(query) };
}

export function toTextFilter(query: string) {
  return given({ query: query.trim() === '' ? undefined : toPlain(query) });
}

interface PageParam {
  /** Null for the first page. */
  readonly filter: ReturnType<typeof toFilter> | null;
  readonly cursor: string;
}

const FIRST: PageParam = { filter: null, cursor: '' };

/** Each page asks for the time of the first one: a range that ends now would move under its cursor. */
export function linesQuery(asked: Asked) {
  return infiniteQueryOptions({
    queryKey: ['logs', 'lines', asked],
    initialPageParam: FIRST,
    queryFn: async ({ pageParam: { filter, cursor }, signal }) => {
      const own = filter ?? toFilter(asked);
      const query = { ...own, pageSize: PAGE_SIZE, ...(cursor !== '' && { cursor }) };
      return { filter: own, ...(await take(client.api.GET(PATH, { params: { query }, signal }))) };
    },
    getNextPageParam: ({ filter, nextCursor }) => (nextCursor === null ? undefined : { filter, cursor: nextCursor }),
    placeholderData: keepPreviousData,
    structuralSharing: false, // of thousands of lines
    staleTime: Number.POSITIVE_INFINITY, // newest lines come by "Refresh" and by the live tail
  });
}

export function histogramQuery(asked: Asked) {
  return queryOptions({
    queryKey: ['logs', 'histogram', asked],
    queryFn: async ({ signal }) => {
      const filter = toFilter(asked);
      const to = 'to' in filter && filter.to ? filter.to : new Date().toISOString();
      const query = { ...filter, to, buckets: BARS }; // without an end, bars are as narrow as what was found
      const found = await take(client.api.GET('/api/v1/logging/histogram', { params: { query }, signal }));
      return { ...found, from: filter.from, to };
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function facetQuery(name: FacetName | 'pattern', asked: Asked, limit: number) {
  return queryOptions({
    queryKey: ['logs', 'facet', name, limit, asked],
    queryFn: ({ signal }) => {
      const field = name === 'pattern' ? name : facetFields[name];
      const query = { ...toFilter(asked), field, limit };
      return take(client.api.GET('/api/v1/logging/facets', { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function eventQuery(eventId: string) {
  return queryOptions({
    queryKey: ['logs', 'event', eventId],
    queryFn: ({ signal }) => take(client.api.GET(EVENT, { params: { path: { eventId } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function contextQuery(eventId: string) {
  return queryOptions({
    queryKey: ['logs', 'context', eventId],
    queryFn: ({ signal }) => {
      const params = { path: { eventId }, query: { before: 20, after: 20 } };
      return take(client.api.GET(`${EVENT}/context`, { params, signal }));
    },
  });
}
