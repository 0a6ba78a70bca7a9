import type { Problem } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import type { GuessKind } from '../tables.ts';
import { insertWrongGuess, listWrongGuesses } from './queries.ts';
import type { OwnUnit } from '../needs.ts';

const MOST = 10;
export const GUESS_WINDOW_MS = 3_600_000;

/**
 * Wrong codes and passwords of one account, ten in any hour. Atomic as long as the caller holds the account's row
 * (`lockUser`): guesses that come together are judged one after another.
 */
export function createGuesses({ now }: { readonly now: () => Date }) {
  /** `users.factor_blocked` while no guess is judged, be it right or wrong. */
  async function refusal({ tx }: OwnUnit, userId: string, kind: GuessKind): Promise<Problem | null> {
    const atMs = now().getTime();
    const wrong = await listWrongGuesses(tx, userId, kind, new Date(atMs - GUESS_WINDOW_MS).toISOString(), MOST);
    const oldest = wrong[MOST - 1];
    if (oldest === undefined) return null;
    const waitMs = Date.parse(oldest) + GUESS_WINDOW_MS - atMs;
    return userErrors.factorBlocked({ retryAfterSeconds: Math.ceil(waitMs / 1000) });
  }

  /** The caller must let its unit commit. */
  function count({ tx }: OwnUnit, userId: string, kind: GuessKind): Promise<void> {
    return insertWrongGuess(tx, { userId, kind, guessedAt: now().toISOString() });
  }

  return { refusal, count };
}

export type Guesses = ReturnType<typeof createGuesses>;
