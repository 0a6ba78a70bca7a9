import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ifMatch, take, type Matrix, type NewRole, type Role, type RoleContent } from '#client';
import { client } from '#app/server/client.ts';
import { PATH } from './queries.ts';

const ROOT = '/api/v1/authorization';

/** Creates, or replaces what was read as `base`. @throws `ApiError` 412 if somebody else has changed it since */
export function useSaveRole() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ base, content }: { base: Role | null; content: NewRole & RoleContent }) =>
      base
        ? take(
            client.api.PUT(`${PATH}/{id}`, { params: { path: { id: base.id }, header: ifMatch(base) }, body: content }),
          )
        : take(client.api.POST(PATH, { body: content })),
    onSuccess: (role) => {
      queries.setQueryData(['roles', 'one', role.id], role);
      return queries.invalidateQueries({ queryKey: ['roles'] });
    },
  });
}

export function useDeleteRole() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (role: Role) =>
      take(client.api.DELETE(`${PATH}/{id}`, { params: { path: { id: role.id }, header: ifMatch(role) } })),
    onSuccess: async (_, { id }) => {
      queries.removeQueries({ queryKey: ['roles', 'one', id] });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['roles'] }),
        queries.invalidateQueries({ queryKey: ['users', 'list'] }),
      ]);
    },
  });
}

interface PermissionChange {
  readonly roleName: string;
  readonly permissionCode: string;
  /** Whether the role has it afterwards. */
  readonly isOn: boolean;
}

export function useSetPermission() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ isOn, ...body }: PermissionChange) =>
      isOn
        ? take(client.api.POST(`${ROOT}/assign-permission`, { body }))
        : take(client.api.POST(`${ROOT}/revoke-permission`, { body })),
    onSuccess: (role) => {
      queries.setQueriesData<Matrix>(
        { queryKey: ['roles', 'matrix'] },
        (matrix) => matrix && { ...matrix, roles: matrix.roles.map((one) => (one.id === role.id ? role : one)) },
      );
      queries.setQueryData(['roles', 'one', role.id], role);
      return queries.invalidateQueries({ queryKey: ['roles', 'list'] });
    },
  });
}

export type HoldingChange =
  | { readonly do: 'assignRole' | 'revokeRole'; readonly role: string }
  | { readonly do: 'grant' | 'ungrant' | 'deny' | 'lift'; readonly permission: string };

/** Changes what a user holds; it counts with the user's next request. */
export function useChangeHoldings(userId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: HoldingChange) => take(send(userId, change)),
    onSuccess: async (holdings) => {
      queries.setQueryData(['roles', 'holdings', userId], holdings);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['roles', 'check'] }),
        queries.invalidateQueries({ queryKey: ['users'] }),
      ]);
    },
  });
}

function send(userId: string, change: HoldingChange) {
  if ('role' in change) {
    const body = { userId, roleName: change.role };
    return change.do === 'assignRole'
      ? client.api.POST(`${ROOT}/assign-role`, { body })
      : client.api.POST(`${ROOT}/revoke-role`, { body });
  }
  const body = { userId, permissionCode: change.permission };
  switch (change.do) {
    case 'grant':
      return client.api.POST(`${ROOT}/grant-permission`, { body });
    case 'ungrant':
      return client.api.POST(`${ROOT}/ungrant-permission`, { body });
    case 'deny':
      return client.api.POST(`${ROOT}/deny-permission`, { body });
    case 'lift':
      return client.api.POST(`${ROOT}/lift-denial`, { body });
  }
}
