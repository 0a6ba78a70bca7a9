import { availableParallelism } from 'node:os';
import type { Origin } from '#kernel/access.ts';
import { toNetwork } from '#kernel/network.ts';
import { userErrors } from '../contract.ts';
import { createHashThreads } from './hash-threads.ts';
import { composePassword, normalisePassword } from './rules.ts';

// OWASP's second recommendation for Argon2id; stored in each hash, so they can grow later.
const ARGON2ID = 2; // the package's own name for it is a const enum, which type stripping cannot read
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT_FORM = `$argon2id$v=19$m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}$`;
const BCRYPT = /^\$2[aby]\$/;
const BCRYPT_BYTES = 72;
const MAX_WAITING = 64; // about three seconds of hashing; further calls are refused
/** One network never fills the queue for all others, and many people can sign in from one office at once. */
const MAX_WAITING_PER_NETWORK = MAX_WAITING / 2;
const RETRY_AFTER_SECONDS = 3;

/** For whom a hash is computed. Without an address, as on the command line, only the queue as a whole is a limit. */
type Client = Pick<Origin, 'ip'>;

/** Hashes outside the event loop, few at a time, and not for clients that have disconnected. */
export function createPasswordHashing(
  concurrency = Math.max(1, availableParallelism() - 1),
  threads = createHashThreads(),
) {
  const waiting = new Map<() => void, string | null>(); // the turns, in order, with their networks
  let running = 0;
  let unusedHash: Promise<string> | undefined;

  async function inTurn<R>(work: () => Promise<R>, { ip }: Client, signal: AbortSignal | undefined): Promise<R> {
    signal?.throwIfAborted();
    if (running < concurrency) running++;
    else await queue(ip === null ? null : toNetwork(ip), signal);
    try {
      return await work();
    } finally {
      const [next] = waiting.keys();
      if (next) next(); // takes over this turn
      else running--;
    }
  }

  /** A client that disconnects leaves the queue, so that it does not keep others out. */
  function queue(network: string | null, signal: AbortSignal | undefined): Promise<void> {
    const ofNetwork = network === null ? [] : [...waiting.values()].filter((other) => other === network);
    if (waiting.size >= MAX_WAITING || ofNetwork.length >= MAX_WAITING_PER_NETWORK)
      throw userErrors.busy({ retryAfterSeconds: RETRY_AFTER_SECONDS });
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
    waiting.set(enter, network);
    signal?.addEventListener('abort', leave, { once: true });
    return promise;
  }

  function hashPassword(password: string, client: Client, signal?: AbortSignal): Promise<string> {
    return inTurn(() => threads.hash(normalisePassword(password), PARAMETERS), client, signal);
  }

  /** Computed once, and again after a failure, while the caller holds its turn. */
  function hashUnused(): Promise<string> {
    unusedHash ??= threads.hash('nobody has this password', PARAMETERS).catch((error: unknown) => {
      unusedHash = undefined;
      throw error;
    });
    return unusedHash;
  }

  return {
    hash: hashPassword,
    /**
     * A null hash (no such account, or no password yet) takes as long as a wrong password. A password that the
     * replacement of letters changes is also compared without it: the hash may be older, or of another system, which
     * hashed what was typed.
     */
    async verify(stored: string | null, password: string, client: Client, signal?: AbortSignal): Promise<boolean> {
      const against = async () => stored ?? hashUnused();
      for (const form of new Set([normalisePassword(password), composePassword(password), password])) {
        const isRight = await inTurn(async () => threads.verify(await against(), form), client, signal);
        if (isRight) return stored !== null;
      }
      return false;
    },
    /**
     * Whether a stored hash was made with other parameters than the current ones. Not for a password of which it has only
     * the beginning: what was typed behind it may be wrong.
     */
    isOutdated: (stored: string, password: string) =>
      !stored.startsWith(CURRENT_FORM) && !(BCRYPT.test(stored) && Buffer.byteLength(password) > BCRYPT_BYTES),
  };
}

export type PasswordHashing = ReturnType<typeof createPasswordHashing>;
