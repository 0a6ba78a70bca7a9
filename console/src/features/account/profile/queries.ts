import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, ifMatch, take, type Profile } from '#client';
import { client } from '#app/server/client.ts';

const KEY = ['account', 'profile'];
const ME = '/api/v1/profiles/me';

/** Null: nothing was written yet. */
export function useProfile() {
  return useQuery<Profile | null>({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      take(client.api.GET(ME, { signal })).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'profiles.not_found') return null;
        throw error;
      }),
  });
}

type Header = ReturnType<typeof ifMatch>;

/**
 * Changes a part of the profile, which is made first where there is none. Fails when somebody else was faster; then what
 * is there now is read, so that saving again is based on it.
 */
export function useChange(profile: Profile | null) {
  const queries = useQueryClient();
  return async (change: (header: Header) => Promise<Profile>): Promise<void> => {
    const base = profile ?? (await take(client.api.POST(ME, { body: {} })));
    try {
      queries.setQueryData(KEY, await change(ifMatch(base)));
    } catch (error) {
      void queries.invalidateQueries({ queryKey: KEY });
      throw error;
    }
  };
}
