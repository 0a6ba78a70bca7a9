import { randomBytes } from 'node:crypto';
import type { Language } from '#kernel/language.ts';
import type { ProviderIdentity } from '#platform/identity/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { sealedChallenges } from '../secrets.ts';
import type { ChallengeRow, UsersReader, UsersWriter } from '../tables.ts';
import {
  deleteExpiredChallenges,
  findChallenge,
  insertChallenge,
  lockChallenge,
  takeChallenge,
  updateChallenge,
} from './queries.ts';

const PURPOSE = 'users.challenge';
const PREFIX = 'bnc_';
const TOKEN_BYTES = 32;
const MAX_WRONG = 5;

/** What is stored of each kind until it is finished. */
export interface ChallengeData {
  /** The password, or a provider, has been accepted; a second factor is missing. `passkey` is WebAuthn's challenge. */
  mfa: { passkey: string | null };
  /** `isSecondFactorOnly` for a security key; absent before there were any. */
  passkeyRegistration: { passkey: string; isSecondFactorOnly?: boolean };
  passkeySignIn: { passkey: string };
  /** A browser was sent to an external provider; the token is the `state` of that request. */
  external: Starter & { provider: string; returnUrl: string; nonce: string; codeVerifier: string };
  /** The browser came back. `waiting`: a person without an account, whose address the provider has not verified. */
  externalCode: Starter & { waiting: Waiting | null };
  /** A code was mailed to the address of `waiting`. */
  externalEmail: { waiting: Waiting & { email: string } };
}
/** Who started an external sign-in. `codeChallenge`: of the page that gets the code (RFC 7636, S256), if it sent one. */
interface Starter {
  browser: string;
  codeChallenge: string | null;
}
/** An identity that has no account yet. */
type Waiting = ProviderIdentity & { provider: string; title: string; language: Language };

export type ChallengeKind = keyof ChallengeData;

export interface Challenge<K extends ChallengeKind> {
  readonly kind: K;
  readonly userId: string | null;
  readonly data: ChallengeData[K];
}

/** Tokens of 256 bits for what one request starts and another finishes: they expire soon, and work once. */
export function createChallenges({ keys, now }: { readonly keys: Keys; readonly now: () => Date }) {
  const macsOf = (token: string) => keys.macs(PURPOSE, token);
  const seal = (tokenMac: Buffer, data: unknown) => keys.seal(sealedChallenges, rowOf(tokenMac), JSON.stringify(data));

  async function create<K extends ChallengeKind>(
    tx: UsersWriter,
    { kind, userId, data, minutes }: Challenge<K> & { readonly minutes: number },
  ): Promise<string> {
    const token = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAt = new Date(now().getTime() + minutes * 60_000).toISOString();
    const tokenMac = keys.mac(PURPOSE, token);
    await insertChallenge(tx, { tokenMac, kind, userId, dataSealed: seal(tokenMac, data), wrong: 0, expiresAt });
    return token;
  }

  function open<K extends ChallengeKind>(row: ChallengeRow | undefined, kinds: readonly K[]): Challenge<K> | null {
    const kind = kinds.find((one) => one === row?.kind);
    if (!row || kind === undefined || now() >= new Date(row.expiresAt)) return null;
    const data = keys.open(sealedChallenges, rowOf(row.tokenMac), row.dataSealed).toString();
    return { kind, userId: row.userId, data: JSON.parse(data) as ChallengeData[K] }; // as `create` sealed it
  }

  return {
    create,
    /** Null for a token that is unknown, has expired, was used, or is of another kind; so are the two below. */
    find: async <K extends ChallengeKind>(db: UsersReader, token: string, ...kinds: K[]) =>
      open(await findChallenge(db, macsOf(token)), kinds),
    lock: async <K extends ChallengeKind>(tx: UsersWriter, token: string, ...kinds: K[]) =>
      open(await lockChallenge(tx, macsOf(token)), kinds),
    /** Deletes it: it works once. */
    take: async <K extends ChallengeKind>(tx: UsersWriter, token: string, ...kinds: K[]) =>
      open(await takeChallenge(tx, macsOf(token)), kinds),
    async update(tx: UsersWriter, token: string, data: ChallengeData['mfa']): Promise<void> {
      const row = await lockChallenge(tx, macsOf(token));
      if (row) await updateChallenge(tx, [row.tokenMac], { dataSealed: seal(row.tokenMac, data) });
    },
    /** Counts a wrong answer; the fifth ends it. The caller must let its unit commit. */
    async fail(tx: UsersWriter, token: string): Promise<void> {
      const row = await lockChallenge(tx, macsOf(token));
      if (!row) return;
      if (row.wrong + 1 >= MAX_WRONG) await takeChallenge(tx, [row.tokenMac]);
      else await updateChallenge(tx, [row.tokenMac], { wrong: row.wrong + 1 });
    },
    deleteExpired: (tx: UsersWriter, limit: number) => deleteExpiredChallenges(tx, now().toISOString(), limit),
  };
}

/** The key of the row, as PostgreSQL writes it. */
function rowOf(tokenMac: Buffer): string {
  return `\\x${tokenMac.toString('hex')}`;
}

export type Challenges = ReturnType<typeof createChallenges>;
