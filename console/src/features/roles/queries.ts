import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { take, type Check } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { currentLanguage } from '#app/text/language.ts';

export const PATH = '/api/v1/authorization/roles';
export const MATRIX = '/api/v1/authorization';
export const CHECK = '/api/v1/authorization/check';

export function toRolesQuery(cursor: string | undefined, pageSize: number) {
  return given({ pageSize, cursor });
}

export function rolesQuery(query: ReturnType<typeof toRolesQuery>) {
  return queryOptions({
    queryKey: ['roles', 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function roleQuery(id: string) {
  return queryOptions({
    queryKey: ['roles', 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/{id}`, { params: { path: { id } }, signal })),
  });
}

/** All roles, and the catalogue of permissions in the language of the reader. */
export function matrixQuery() {
  return queryOptions({
    queryKey: ['roles', 'matrix', currentLanguage()],
    queryFn: ({ signal }) => take(client.api.GET(MATRIX, { signal })),
    placeholderData: keepPreviousData,
  });
}

/** What a user holds, and where each permission comes from. */
export function holdingsQuery(userId: string) {
  return queryOptions({
    queryKey: ['roles', 'holdings', userId],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/authorization/users/{userId}', { params: { path: { userId } }, signal })),
  });
}

/** The decision as it is now. */
export function checkQuery(question: Check) {
  return queryOptions({
    queryKey: ['roles', 'check', question],
    queryFn: ({ signal }) => take(client.api.POST(CHECK, { body: question, signal })),
    staleTime: 0,
    gcTime: 0,
  });
}
