/** The tokens of one signed-in person, and their renewal. */
import type { Tokens } from './schema.d.ts';

const EARLY_MS = 30_000; // a token is renewed before it expires, so that no request waits for a refusal first

export interface SessionNeeds {
  /** Where the refresh token is: a cookie is shared by the tabs of a browser. */
  readonly keeps: 'cookie' | 'memory';
  /** Asks the server for new tokens. Null: the session is over. Rejects when it could not be asked. */
  readonly renew: (refreshToken: string | null) => Promise<Tokens | null>;
  /** Ends the session on the server. */
  readonly revoke: (refreshToken: string | null) => Promise<void>;
  readonly onSignedOut: () => void;
}

interface Held {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly userId: string;
  readonly expiresAt: number;
}

export function createSession({ keeps, renew, revoke, onSignedOut }: SessionNeeds) {
  let held: Held | null = null;
  let refreshing: Promise<Tokens | null> | null = null;
  let ending: Promise<void> | null = null;

  function accept(tokens: Tokens): Tokens {
    held = {
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken ?? null,
      userId: tokens.user.id,
      expiresAt: Date.now() + tokens.expiresIn * 1000,
    };
    return tokens;
  }

  /**
   * New tokens for the session; null if there is none any more. Calls at the same time share one request, and tabs of a
   * browser take turns: a refresh token is good for one use.
   */
  function refresh(): Promise<Tokens | null> {
    if (ending) return Promise.resolve(null);
    refreshing ??= inTurn(renewHeld).finally(() => (refreshing = null));
    return refreshing;
  }

  async function renewHeld(): Promise<Tokens | null> {
    const before = held;
    if (keeps === 'memory' && before === null) return null;
    const tokens = await renew(before?.refreshToken ?? null);
    if (held !== before) return null; // somebody has signed in meanwhile: these tokens belong to the session before
    // Another tab may have signed in as somebody else: this one does not go on as that person.
    if (tokens && (before === null || tokens.user.id === before.userId)) return accept(tokens);
    held = null;
    if (before) onSignedOut();
    return null;
  }

  /** Ends the session on the server too. Rejects, and the session goes on, when the server cannot be asked. */
  function signOut(): Promise<void> {
    ending ??= end().finally(() => (ending = null));
    return ending;
  }

  async function end(): Promise<void> {
    // A refresh that has begun would replace the token that is revoked, and sign in again.
    await refreshing?.catch(() => null);
    await inTurn(async () => {
      const before = held;
      await revoke(before?.refreshToken ?? null);
      if (held === before) held = null;
      return null;
    });
  }

  async function inTurn<R>(work: () => Promise<R>): Promise<R> {
    return keeps === 'cookie' && 'locks' in navigator ? navigator.locks.request('bonyan.refresh', work) : work();
  }

  return {
    accept,
    /** Also a sign-in: a refresh of another tab that is answered after it would put the cookie of the session before back. */
    inTurn,
    refresh,
    signOut,
    accessToken: () => held?.accessToken ?? null,
    userId: () => held?.userId ?? null,
    /** Renewed when it is about to expire; null for nobody, and when somebody else has signed in meanwhile. */
    async freshToken(): Promise<string | null> {
      const before = held;
      if (before && Date.now() > before.expiresAt - EARLY_MS)
        await refresh().catch((error: unknown) => {
          if (Date.now() >= before.expiresAt) throw error; // else it is good for this request
        });
      return held?.userId === before?.userId ? (held?.accessToken ?? null) : null;
    },
  };
}
