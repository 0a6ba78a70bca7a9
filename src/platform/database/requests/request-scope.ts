import { AsyncLocalStorage } from 'node:async_hooks';

/** What the pool knows of a request, while its handler runs. */
export interface RequestScope {
  /** The user, or the network of a caller who is not signed in; null until that is known, and where no share applies. */
  caller: string | null;
  /** True once a request that only reads has reached its handler: then what it reads may come from a replica. */
  isReading: boolean;
  /** True once the client has disconnected or the request was given up. */
  readonly isGone: boolean;
  /** Ends what runs for the request. */
  giveUp(): void;
  /** Calls `listener` when the request is given up; answers a function that removes it. */
  onGone(listener: () => void): () => void;
}

export type RequestScopes = ReturnType<typeof createRequestScopes>;

/**
 * The request on whose behalf a statement runs. It is found by the asynchronous context, which nothing but the server and
 * the pool may use: as a parameter it would lead through every function of every module, and one that forgets it would
 * have no limits.
 */
export function createRequestScopes() {
  const context = new AsyncLocalStorage<RequestScope>();
  const decisions = new AsyncLocalStorage<true>();

  return {
    current: (): RequestScope | undefined => context.getStore(),
    /** The request, where a replica may answer what it reads. */
    reading(): RequestScope | undefined {
      const scope = context.getStore();
      return scope?.isReading && !decisions.getStore() ? scope : undefined;
    },
    /** For what decides about access: it is read from the primary, also while a handler runs that may read a replica. */
    decide: <R>(work: () => R): R => decisions.run(true, work),
    run: <R>(scope: RequestScope, work: () => R): R => context.run(scope, work),
    /** For what a request starts and does not wait for, or shares with others: it has no limits, and outlives the request. */
    exit: <R>(work: () => R): R => context.exit(work),
  };
}

export function openRequestScope(): RequestScope {
  const listeners = new Set<() => void>();
  let isGone = false;

  return {
    caller: null,
    isReading: false,
    get isGone() {
      return isGone;
    },
    giveUp() {
      isGone = true;
      for (const listener of listeners) listener();
      listeners.clear();
    },
    onGone(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
