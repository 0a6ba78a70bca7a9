/** Mirrors migrations 0010 to 0019: step-up, factors, and identities of other providers. */
export type FactorTables = {
  'users.wrongGuess': { userId: string; kind: GuessKind; guessedAt: string };
  'users.emailChange': { userId: string; email: string; requestedAt: string };
};
/** What is guessed at: a second factor's code, or the password of a session that proves itself again. */
export type GuessKind = 'factor' | 'password';
