import { databaseErrors } from '../pool.ts';
import type { RequestScope } from './request-scope.ts';

const WAIT_MS = 5000; // as long as a request waits for the pool itself
const MAX_WAITING = 100; // requests of one caller; more would wait in vain

interface Waiter {
  admit(): void;
}

interface Line {
  running: number;
  readonly waiting: Set<Waiter>;
}

/**
 * Lets at most `perCaller` requests of one caller use the database at the same time; others wait in order. A request that
 * has a connection gets further ones at once: if it waited for itself, it would wait for ever.
 */
export function createShares(perCaller: number, waitMs = WAIT_MS) {
  const lines = new Map<string, Line>();
  const entries = new WeakMap<RequestScope, { connections: number; entered: Promise<void> | undefined }>();

  /**
   * Answers a function that gives the place back.
   * @throws `database.share_used` when a hundred others wait, or none has ended in five seconds
   */
  async function enter(scope: RequestScope): Promise<() => void> {
    const { caller } = scope;
    if (caller === null) return () => {};
    const entry = entries.get(scope) ?? { connections: 0, entered: undefined };
    entries.set(scope, entry);
    entry.connections += 1;
    if (entry.connections === 1) entry.entered = takePlace(caller, scope);
    try {
      await entry.entered;
    } catch (error) {
      entry.connections -= 1;
      throw error;
    }
    return () => {
      entry.connections -= 1;
      if (entry.connections === 0) leave(caller);
    };
  }

  function takePlace(caller: string, scope: RequestScope): Promise<void> | undefined {
    const line = lines.get(caller) ?? { running: 0, waiting: new Set() };
    lines.set(caller, line);
    if (line.running < perCaller) {
      line.running += 1;
      return undefined;
    }
    return wait(line, scope);
  }

  async function wait({ waiting }: Line, scope: RequestScope): Promise<void> {
    if (waiting.size >= MAX_WAITING) throw shareUsed();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { admit: resolve };
    waiting.add(waiter);
    const refuse = () => waiting.delete(waiter) && reject(shareUsed());
    const timer = setTimeout(refuse, waitMs);
    const stopListening = scope.onGone(refuse);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      stopListening();
    }
  }

  /** The place goes to the request that has waited longest. */
  function leave(caller: string): void {
    const line = lines.get(caller);
    if (!line) return;
    const [next] = line.waiting;
    if (next) {
      line.waiting.delete(next);
      next.admit();
      return;
    }
    line.running -= 1;
    if (line.running === 0) lines.delete(caller);
  }

  return { enter };
}

function shareUsed() {
  return databaseErrors.shareUsed({ retryAfterSeconds: 5 });
}
