import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { client } from '#app/server/client.ts';

const query = { pageSize: 100 };

export function useMfa() {
  return useQuery({
    queryKey: ['account', 'mfa'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/users/mfa', { signal })),
  });
}

export function usePasskeys() {
  return useQuery({
    queryKey: ['account', 'passkeys'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/users/passkeys', { params: { query }, signal })),
  });
}

export function useIdentities() {
  return useQuery({
    queryKey: ['account', 'identities'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/users/identities', { params: { query }, signal })),
  });
}
