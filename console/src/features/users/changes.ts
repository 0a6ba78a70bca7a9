import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { ifMatch, take, type MetadataChange, type NewUser, type User, type UserChange } from '#client';
import { client } from '#app/server/client.ts';
import { LISTS, type UserPage } from './queries.ts';

const ONE = '/api/v1/users/{userId}';

/** Shows an account everywhere as it is now, without moving a row. */
function show(queries: QueryClient, user: User): void {
  queries.setQueryData(['users', 'one', user.id], user);
  queries.setQueriesData<UserPage>(
    { queryKey: LISTS },
    (page) => page && { ...page, items: page.items.map((one) => (one.id === user.id ? user : one)) },
  );
}

function of(user: Pick<User, 'id' | 'version'>) {
  return { params: { path: { userId: user.id }, header: ifMatch(user) } };
}

/** @throws `ApiError` 412 if somebody else has changed the account since `user` was read */
export function useChangeUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ user, change }: { user: User; change: UserChange }) =>
      take(client.api.PUT(ONE, { ...of(user), body: change })),
    onSuccess: (user) => {
      show(queries, user);
      return queries.invalidateQueries({ queryKey: ['users', 'trail', user.id] });
    },
    onError: (_, { user }) => queries.invalidateQueries({ queryKey: ['users', 'one', user.id] }),
  });
}

export function useInvite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewUser) => take(client.api.POST('/api/v1/users', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: LISTS }),
  });
}

/** An invitation while the address is not confirmed, else a code for a new password. */
export function useReset() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user: User) => take(client.api.POST(`${ONE}/reset`, of(user))),
    onSettled: () => queries.invalidateQueries({ queryKey: ['users'] }), // after a refusal it may be out of date
  });
}

export function useDeleteUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user: User) => take(client.api.DELETE(ONE, of(user))),
    onSuccess: async (_, { id }) => {
      queries.removeQueries({ queryKey: ['users', 'one', id] });
      await queries.invalidateQueries({ queryKey: LISTS });
    },
    onError: (_, { id }) => queries.invalidateQueries({ queryKey: ['users', 'one', id] }),
  });
}

interface FieldsChange {
  readonly userId: string;
  /** Of the account: its own fields count with it. */
  readonly version: number;
  readonly change: MetadataChange;
}

export function useChangeFields() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, version, change }: FieldsChange) =>
      take(client.api.PATCH(`${ONE}/metadata`, { ...of({ id: userId, version }), body: change })),
    onSuccess: (fields, { userId }) => {
      queries.setQueryData(['users', 'fields', userId], fields);
      return queries.invalidateQueries({ queryKey: ['users', 'one', userId] });
    },
  });
}

interface Behalf {
  readonly userId: string;
  readonly reason: string;
  readonly minutes: number;
}

export function useImpersonate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, ...body }: Behalf) =>
      take(client.api.POST(`${ONE}/impersonations`, { params: { path: { userId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users', 'behalf'] }),
  });
}

export function useEndImpersonation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      take(client.api.DELETE('/api/v1/users/impersonations/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users', 'behalf'] }),
  });
}
