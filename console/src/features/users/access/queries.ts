import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ifMatch, take, type FactorToRemove, type User } from '#client';
import { client } from '#app/server/client.ts';

const ONE = '/api/v1/users/{userId}';
export const SESSIONS = `${ONE}/sessions` as const;
const MOST = 100; // of the largest page

export function sessionsQuery(userId: string) {
  return queryOptions({
    queryKey: ['users', 'sessions', userId],
    queryFn: ({ signal }) =>
      take(client.api.GET(SESSIONS, { params: { path: { userId }, query: { pageSize: MOST } }, signal })),
  });
}

export function factorsQuery(userId: string) {
  return queryOptions({
    queryKey: ['users', 'factors', userId],
    queryFn: ({ signal }) => take(client.api.GET(`${ONE}/factors`, { params: { path: { userId } }, signal })),
  });
}

/** Ends one session, or all without an id. */
export function useEndSessions({ id: userId }: User) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (sessionId: string | null) =>
      sessionId === null
        ? take(client.api.DELETE(`${ONE}/sessions`, { params: { path: { userId } } }))
        : take(client.api.DELETE(`${ONE}/sessions/{sessionId}`, { params: { path: { userId, sessionId } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['users', 'sessions', userId] }),
  });
}

/** Removes one factor, or all second factors without one: both end the sessions. */
export function useRemoveFactors(user: User) {
  const queries = useQueryClient();
  const params = { path: { userId: user.id }, header: ifMatch(user) };
  return useMutation({
    mutationFn: (body: FactorToRemove | null) =>
      body === null
        ? take(client.api.DELETE(`${ONE}/factors`, { params }))
        : take(client.api.POST(`${ONE}/factors/remove`, { params, body })),
    // After a refusal it may be out of date. Not waited for: with the factor its form goes, which tells that it is done.
    onSettled: () => void queries.invalidateQueries({ queryKey: ['users'] }),
  });
}
