import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { localPart } from './email.ts';
import { PASSWORD_LENGTH, userErrors } from './contract.ts';

// OWASP's second recommendation for Argon2id; stored in each hash, so they can grow later.
const ARGON2ID = 2; // the package's own name for it is a const enum, which type stripping cannot read
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MAX_WAITING = 64; // about three seconds of hashing; who comes later is told to come again
const SHORTEST_NAME = 4; // a local part like "al" is in too many good passwords to forbid it
const RETRY_AFTER_SECONDS = 3;

/** Hashes off the event loop, few at a time, and not for clients that have gone. */
export function createPasswords(atOnce = Math.max(1, availableParallelism() - 1)) {
  const waiting: (() => void)[] = [];
  let running = 0;
  let decoy: Promise<string> | undefined;

  async function inTurn<R>(work: () => Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    if (running >= atOnce) {
      if (waiting.length >= MAX_WAITING) throw userErrors.busy({ retryAfterSeconds: RETRY_AFTER_SECONDS });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next(); // hands its turn on
      else running--;
    }
  }

  function hashPassword(password: string, signal?: AbortSignal): Promise<string> {
    return inTurn(() => hash(normalise(password), PARAMETERS), signal);
  }

  return {
    hash: hashPassword,
    /** A null hash (no such account) takes as long as a wrong password. */
    async verify(stored: string | null, password: string, signal?: AbortSignal): Promise<boolean> {
      decoy ??= hash('nobody has this password', PARAMETERS);
      const against = stored ?? (await decoy);
      const isRight = await inTurn(() => verify(against, normalise(password)), signal);
      return stored !== null && isRight;
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;

/** One password can be typed in several Unicode forms. */
function normalise(password: string): string {
  return password.normalize('NFC');
}

/** @throws `users.password_refused` that names the rule: `tooShort`, `tooLong` or `containsName`. */
export function checkPassword(password: string, email: string): void {
  const length = Array.from(normalise(password)).length; // in characters, as the schema counts
  if (length < PASSWORD_LENGTH.least)
    throw userErrors.passwordRefused({ rule: 'tooShort', least: PASSWORD_LENGTH.least });
  if (length > PASSWORD_LENGTH.most) throw userErrors.passwordRefused({ rule: 'tooLong', most: PASSWORD_LENGTH.most });
  const name = localPart(email);
  if (name.length >= SHORTEST_NAME && password.toLowerCase().includes(name))
    throw userErrors.passwordRefused({ rule: 'containsName' });
}
