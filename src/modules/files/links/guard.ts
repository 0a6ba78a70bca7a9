import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Actor } from '#kernel/access.ts';
import { toNetwork } from '#kernel/network.ts';
import type { Problem } from '#kernel/problem.ts';
import { httpErrors } from '#platform/http/port.ts';
import { fileErrors } from '../contract.ts';
import type { FilesNeeds } from '../needs.ts';
import { decideAttempt, reserveAttempt, type FullOfAttempts } from './attempts.ts';
import type * as queries from './queries.ts';

const TOKEN_BYTES = 32;
/** Argon2id, as for passwords of accounts: OWASP's second recommendation. */
const HASHING = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MINUTE_MS = 60_000;
/** Ten wrong passwords from one network, or a hundred from all, in this time, then none is compared until it is over. */
const PASSWORD_MS = 15 * MINUTE_MS;

export type LinkGuardNeeds = Pick<FilesNeeds, 'db' | 'cache' | 'config' | 'now'>;

/** What stands before every link: how often one network asks, and its password. */
export function createLinkGuard({ db, cache, config, now }: LinkGuardNeeds) {
  /** Counts a request by a link from the network of the caller; the refusal of one that is too much. */
  async function countRequest({ origin }: Actor, counter: string): Promise<Problem | null> {
    if (config.filesLinksPerMinute === 0) return null;
    const { count, resetMs } = await cache.increment(`${counter}:${toNetwork(origin.ip ?? '')}`, MINUTE_MS);
    if (count <= config.filesLinksPerMinute) return null;
    return httpErrors.tooManyRequests({ retryAfterSeconds: Math.ceil(resetMs / 1000) });
  }

  /** The attempt is counted before the password is compared, so that parallel guesses count too. */
  async function comparePassword(
    actor: Actor,
    { id, passwordHash }: Pick<queries.StoredLink, 'id' | 'passwordHash'>,
    password: string | undefined,
  ): Promise<Problem | null> {
    if (passwordHash === null) return null;
    if (password === undefined) return fileErrors.linkPassword();
    const at = now().getTime();
    const since = new Date(at - PASSWORD_MS).toISOString();
    const attempt = { linkId: id, network: networkOf(actor, id), at: new Date(at).toISOString(), since };
    const full = await db.write(actor, ({ tx }) => reserveAttempt(tx, attempt));
    if (full) return httpErrors.tooManyRequests({ retryAfterSeconds: pauseOf(full, at) });
    const isRight = await verify(passwordHash, password);
    await db.write(actor, ({ tx }) => decideAttempt(tx, attempt, isRight));
    return isRight ? null : fileErrors.linkPassword();
  }

  /** Of one more use, by the row that is locked. */
  function refusalOfLink(link: Awaited<ReturnType<typeof queries.lockLink>>): Problem | null {
    if (!link || link.revokedAt !== null) return fileErrors.linkInvalid();
    const isOver = Date.parse(link.expiresAt) <= now().getTime() || isUsedUp(link);
    return isOver ? fileErrors.linkExpired() : null;
  }

  return { countRequest, comparePassword, refusalOfLink };
}

export type LinkGuard = ReturnType<typeof createLinkGuard>;

/** 256 random bits: nobody can try hashes of them, so a fast one is enough. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Null: the link has none. */
export async function hashOfPassword(password: string | undefined): Promise<string | null> {
  return password === undefined ? null : hash(password, HASHING);
}

/** Attempts that are being compared may turn out right: then there is room in a moment. */
function pauseOf({ isUndecided, wrongSince }: FullOfAttempts, at: number): number {
  return isUndecided ? 1 : Math.max(1, Math.ceil((Date.parse(wrongSince) + PASSWORD_MS - at) / 1000));
}

export function isUsedUp({ used, maxDownloads }: Pick<queries.StoredLink, 'used' | 'maxDownloads'>): boolean {
  return maxDownloads !== null && used >= maxDownloads;
}

/** Of a caller by a link: what is counted for each network. */
export function networkOf({ origin: { ip } }: Actor, linkId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([linkId, toNetwork(ip ?? '')]))
    .digest('base64url');
}
