import { availableParallelism } from 'node:os';
import { userErrors } from '../contract.ts';
import { createHashThreads } from './hash-threads.ts';
import { normalisePassword } from './rules.ts';

// OWASP's second recommendation for Argon2id; stored in each hash, so they can grow later.
const ARGON2ID = 2; // the package's own name for it is a const enum, which type stripping cannot read
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const HASHED_SO = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`;
const MAX_WAITING = 64; // about three seconds of hashing; who comes later is told to come again
const RETRY_AFTER_SECONDS = 3;

/** Hashes off the event loop, few at a time, and not for clients that have gone. */
export function createPasswords(atOnce = Math.max(1, availableParallelism() - 1), threads = createHashThreads()) {
  const waiting = new Set<() => void>();
  let running = 0;
  let decoy: Promise<string> | undefined;

  async function inTurn<R>(work: () => Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    signal?.throwIfAborted();
    if (running < atOnce) running++;
    else await queue(signal);
    try {
      return await work();
    } finally {
      const [next] = waiting;
      if (next) next(); // hands its turn on
      else running--;
    }
  }

  /** Who leaves makes room at once, so that clients that have gone keep nobody else out. */
  function queue(signal: AbortSignal | undefined): Promise<void> {
    if (waiting.size >= MAX_WAITING) throw userErrors.busy({ retryAfterSeconds: RETRY_AFTER_SECONDS });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      waiting.delete(enter);
      reject(signal?.reason as Error);
    };
    const enter = () => {
      waiting.delete(enter);
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    waiting.add(enter);
    signal?.addEventListener('abort', leave, { once: true });
    return promise;
  }

  function hashPassword(password: string, signal?: AbortSignal): Promise<string> {
    return inTurn(() => threads.hash(normalisePassword(password), PARAMETERS), signal);
  }

  /** Once; after a failure anew. Part of somebody's turn. */
  function hashDecoy(): Promise<string> {
    decoy ??= threads.hash('nobody has this password', PARAMETERS).catch((error: unknown) => {
      decoy = undefined;
      throw error;
    });
    return decoy;
  }

  return {
    hash: hashPassword,
    /** A null hash (no such account, or no password yet) takes as long as a wrong password. */
    async verify(stored: string | null, password: string, signal?: AbortSignal): Promise<boolean> {
      const against = async () => stored ?? hashDecoy();
      const isRight = await inTurn(async () => threads.verify(await against(), normalisePassword(password)), signal);
      return stored !== null && isRight;
    },
    /** Whether a stored hash was made with other parameters than those of today. */
    isOutdated: (stored: string) => !stored.startsWith(HASHED_SO),
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
