import type { ColumnType } from 'kysely';
import type { CodeState } from './codes/code-rules.ts';

/** Mirrors migrations 0010 to 0019: step-up, factors, and identities of other providers. */
export type FactorTables = {
  'users.wrongGuess': { userId: string; kind: GuessKind; guessedAt: string };
  'users.emailChange': { userId: string; email: string; requestedAt: string };
  'users.challenge': {
    tokenMac: Buffer;
    kind: string;
    userId: string | null;
    dataSealed: Buffer;
    wrong: number;
    expiresAt: string;
  };
  'users.totp': TotpRow;
  'users.recoveryCode': { userId: string; codeMac: Buffer; createdAt: string; usedAt: string | null };
  'users.passkey': PasskeyRow & { counter: ColumnType<string, number, number> };
  'users.externalIdentity': ExternalIdentityRow;
  'users.externalCode': ExternalCodeRow;
};

/** What is guessed at: a second factor's code, or the password of a session that proves itself again. */
export type GuessKind = 'factor' | 'password';

export type TotpRow = {
  userId: string;
  secretSealed: Buffer;
  confirmedAt: string | null;
  lastStep: number | null;
  createdAt: string;
};

export type PasskeyRow = {
  id: string;
  userId: string;
  credentialId: string;
  publicKey: Buffer;
  transports: string[];
  isBackedUp: boolean;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
};

export type ExternalIdentityRow = {
  id: string;
  userId: string;
  provider: string;
  issuer: string;
  subject: string;
  createdAt: string;
  lastUsedAt: string;
};

export type ExternalCodeRow = CodeState & { addressMac: Buffer };
