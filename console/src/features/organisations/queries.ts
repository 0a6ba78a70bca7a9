import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { take, type Organisation, type OwnOrganisation } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import type { Page } from '#app/list/page.tsx';

export const OWN = '/api/v1/organisations';
export const ALL = '/api/v1/organisations/all';
const ONE = '/api/v1/organisations/{organisationId}';
export const MEMBERS = `${ONE}/members` as const;
export const INVITATIONS = `${ONE}/invitations` as const;
const PART_SIZE = 50; // members or invitations that are read at once

/** The reader's role there and since when, in the list of their own. */
export type Row = Organisation & Partial<Pick<OwnOrganisation, 'role' | 'joinedAt' | 'isActive'>>;

export function organisationsQuery(path: typeof OWN | typeof ALL, cursor: string | undefined, pageSize: number) {
  const query = given({ pageSize, cursor });
  return queryOptions({
    queryKey: ['organisations', 'list', path, query],
    queryFn: async ({ signal }): Promise<Page<Row>> =>
      path === OWN
        ? take(client.api.GET(OWN, { params: { query }, signal }))
        : take(client.api.GET(ALL, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function organisationQuery(organisationId: string) {
  return queryOptions({
    queryKey: ['organisations', 'one', organisationId],
    queryFn: ({ signal }) => take(client.api.GET(ONE, { params: { path: { organisationId } }, signal })),
  });
}

/** The organisations of the reader, at most 100, to know their role in each. */
export function ownQuery() {
  return queryOptions({
    queryKey: ['organisations', 'own'],
    queryFn: ({ signal }) => take(client.api.GET(OWN, { params: { query: { pageSize: 100 } }, signal })),
  });
}

export function membersQuery(organisationId: string) {
  return infiniteQueryOptions({
    queryKey: ['organisations', 'members', organisationId],
    queryFn: ({ signal, pageParam }) =>
      take(
        client.api.GET(MEMBERS, {
          params: { path: { organisationId }, query: given({ pageSize: PART_SIZE, cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Refused (403) for who may not change members there. */
export function invitationsQuery(organisationId: string) {
  return infiniteQueryOptions({
    queryKey: ['organisations', 'invitations', organisationId],
    queryFn: ({ signal, pageParam }) =>
      take(
        client.api.GET(`${ONE}/invitations`, {
          params: { path: { organisationId }, query: given({ pageSize: PART_SIZE, cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Those that wait for the reader. */
export function ownInvitationsQuery() {
  return queryOptions({
    queryKey: ['organisations', 'invited'],
    queryFn: ({ signal }) => take(client.api.GET(`${OWN}/invitations`, { signal })),
  });
}
