import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { take, type Me } from '#client';
import { client, onSessionEnd } from './client.ts';

export type SessionState =
  | { readonly is: 'starting' }
  | { readonly is: 'unreachable'; readonly error: unknown }
  /** `hasEnded`: there was a session in this page. */
  | { readonly is: 'signedOut'; readonly hasEnded: boolean }
  | { readonly is: 'signedIn'; readonly me: Me };

interface Session {
  readonly state: SessionState;
  /** Reads who is signed in: at the start, and after a sign-in. */
  readonly begin: () => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<SessionState>({ is: 'starting' });

  const begin = useCallback(async () => {
    const me = await take(client.api.GET('/api/v1/users/me'));
    setState({ is: 'signedIn', me });
  }, []);
  const signOut = useCallback(async () => {
    await client.signOut();
    queries.clear();
    setState({ is: 'signedOut', hasEnded: false });
  }, [queries]);

  useEffect(() => {
    onSessionEnd(() => {
      queries.clear();
      setState({ is: 'signedOut', hasEnded: true });
    });
    const resume = async () => {
      if (await client.refresh()) await begin();
      else setState({ is: 'signedOut', hasEnded: false });
    };
    resume().catch((error: unknown) => setState({ is: 'unreachable', error }));
  }, [begin, queries]);

  const session = useMemo(() => ({ state, begin, signOut }), [state, begin, signOut]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession is used outside of SessionProvider');
  return session;
}

/** Who is signed in; only below the frame, which is shown to nobody else. */
export function useMe(): Me & { can: (permission: string) => boolean } {
  const { state } = useSession();
  if (state.is !== 'signedIn') throw new Error('useMe is used where nobody is signed in');
  const { me } = state;
  return { ...me, can: (permission) => me.permissions.includes(permission) };
}
