import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { system } from '#kernel/access.ts';
import type { WorkResult } from '#platform/work/port.ts';
import type { PublishedKey, TokenAlgorithm } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { sealedSigningKeys } from '../secrets.ts';
import type { SigningKeyRow, UsersTables } from '../tables.ts';
import {
  deleteSigningKeys,
  insertSigningKey,
  listSigningKeys,
  lockSigningKeys,
  updateSignsFrom,
  type StoredSigningKey,
} from './queries.ts';

/** Tokens of both are accepted, whatever the setting: nodes may differ in it while it changes. */
export const ALGORITHMS: readonly TokenAlgorithm[] = ['ES256', 'EdDSA'];
export const ACCESS_SECONDS = 900;
const TOPIC = 'users.signing_key';
const ALL = 'all'; // all keys are cached as one value: they are few, and change together
const DAY_MS = 86_400_000;
/** How long others may cache the published keys: half the time between publishing a new key and signing with it. */
export const PUBLISHED_SECONDS = 300;
const PUBLISHED_AHEAD_MS = 2 * PUBLISHED_SECONDS * 1000;
const CLOCKS_MS = 60_000; // the clocks of nodes may differ by so much

type Key = CryptoKey | Uint8Array;

interface SigningKey {
  readonly kid: string;
  readonly alg: TokenAlgorithm;
  readonly key: Key;
  readonly fromMs: number;
}

/** The keys that are in use now. */
export interface KeyRing {
  /** By `kid`: every key with valid tokens, and the next key. */
  readonly verifying: ReadonlyMap<string, Key>;
  readonly published: readonly PublishedKey[];
  /** By `fromMs`, the latest first. */
  readonly signing: readonly SigningKey[];
}

/**
 * The keys that sign access tokens: made here, sealed at rest, and replaced without downtime. A new key is published
 * ten minutes before it signs, so that every node and every other service has it by then.
 */
export function createSigningKeys({
  db,
  keys,
  decisionCache,
  now,
  tokenAlgorithm,
  signingKeyDays,
}: Pick<UsersNeeds, 'db' | 'keys' | 'decisionCache' | 'now' | 'tokenAlgorithm' | 'signingKeyDays'>) {
  const ring = decisionCache.forTopic(TOPIC, async () => toRing(await listSigningKeys(db.read)));

  async function toRing(rows: readonly StoredSigningKey[]): Promise<KeyRing> {
    const imported = rows.map(async ({ kid, publicJwk, privateSealed, signsFrom }) => {
      const privateJwk = JSON.parse(keys.open(sealedSigningKeys, kid, privateSealed).toString()) as JWK;
      return {
        kid,
        publicJwk,
        // Bound to its own algorithm: a token that names another one is refused.
        verifying: await importJWK(publicJwk, publicJwk.alg),
        key: await importJWK(privateJwk, publicJwk.alg),
        fromMs: Date.parse(signsFrom),
      };
    });
    const all = await Promise.all(imported);
    return {
      verifying: new Map(all.map(({ kid, verifying }) => [kid, verifying])),
      published: all.map(({ publicJwk }) => publicJwk),
      signing: all.map(({ kid, publicJwk: { alg }, key, fromMs }) => ({ kid, alg, key, fromMs })),
    };
  }

  /** Never stale: once `rotate` or `withdraw` has answered, every node has the new state. Synchronous while cached. */
  function current(): KeyRing | Promise<KeyRing> {
    const cached = ring.get(ALL);
    return cached instanceof Promise ? cached.then(refuseMissing) : cached;
  }

  function refuseMissing(found: KeyRing | null): KeyRing {
    if (!found) throw new Error('the signing keys are missing');
    return found;
  }

  /** Makes the first key where there is none. Safe on several nodes at once. */
  async function prepare(): Promise<void> {
    if ((await listSigningKeys(db.read)).length > 0) return;
    const made = await make(now(), tokenAlgorithm);
    await db.write(system('users'), async (unit) => {
      await lockSigningKeys(unit.tx);
      if ((await listSigningKeys(unit.tx)).length === 0) await insertSigningKey(unit.tx, made);
    });
  }

  async function make(signsFrom: Date, alg: TokenAlgorithm): Promise<SigningKeyRow> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const publicJwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    return {
      kid,
      publicJwk: JSON.stringify({ ...publicJwk, kid, use: 'sig', alg }),
      privateSealed: keys.seal(sealedSigningKeys, kid, JSON.stringify(await exportJWK(privateKey))),
      createdAt: now().toISOString(),
      signsFrom: signsFrom.toISOString(),
    };
  }

  /** Publishes a new key, unless one is pending already. Answers when it will sign. */
  async function rotate(): Promise<{ kid: string; signsFrom: string }> {
    const made = await makeNext(await algorithmInUse());
    return db.write(system('users'), async (unit) => {
      await lockSigningKeys(unit.tx);
      const pending = (await listSigningKeys(unit.tx)).find(({ signsFrom }) => new Date(signsFrom) > now());
      if (pending) return { kid: pending.kid, signsFrom: pending.signsFrom };
      await publishKey(unit, made);
      return { kid: made.kid, signsFrom: made.signsFrom };
    });
  }

  /**
   * For a key that somebody else may have: deletes it, so that every node refuses its tokens from the next request on.
   * If it is the one that signs, the pending key signs at once, or a new one. Answers the `kid` that signs from now on;
   * null if there is no such key.
   */
  async function withdraw(kid: string): Promise<string | null> {
    const at = now();
    const atOnce = new Date(at.getTime() - CLOCKS_MS); // also on nodes whose clocks are behind
    const made = await make(atOnce, await algorithmInUse());
    return db.write(system('users'), async (unit) => {
      await lockSigningKeys(unit.tx);
      const present = await listSigningKeys(unit.tx);
      const others = present.filter((key) => key.kid !== kid);
      if (others.length === present.length) return null;
      const isPending = ({ signsFrom }: StoredSigningKey) => new Date(signsFrom) > at;
      const signer = present.find((key) => !isPending(key)) ?? present.at(-1);
      await deleteSigningKeys(unit.tx, [kid]);
      unit.invalidate(TOPIC, '*');
      const successor = signer && signer.kid !== kid ? signer : (others.findLast(isPending) ?? made);
      if (successor === made) await publishKey(unit, made);
      else if (successor !== signer) await updateSignsFrom(unit.tx, successor.kid, atOnce.toISOString());
      const payload = { signs: successor.kid };
      unit.audit({ action: 'users.signing_key_withdrawn', resourceType: 'signingKey', resourceId: kid, payload });
      return successor.kid;
    });
  }

  async function publishKey({ tx, audit, invalidate }: UsersUnit, made: SigningKeyRow): Promise<void> {
    await insertSigningKey(tx, made);
    invalidate(TOPIC, '*');
    const payload = { signsFrom: made.signsFrom };
    audit({ action: 'users.signing_key_made', resourceType: 'signingKey', resourceId: made.kid, payload });
  }

  /** At every start of a server or worker. Safe on several nodes at once. */
  async function renew(): Promise<void> {
    if (!isDue(await listSigningKeys(db.read))) return;
    const made = await makeNext(tokenAlgorithm);
    await db.write(system('users'), async (unit) => {
      await lockSigningKeys(unit.tx);
      if (isDue(await listSigningKeys(unit.tx))) await publishKey(unit, made);
    });
  }

  /** Whether the newest key must be replaced. */
  function isDue([newest]: readonly StoredSigningKey[]): boolean {
    if (!newest) return false;
    const isOld = now().getTime() - Date.parse(newest.createdAt) >= signingKeyDays * DAY_MS;
    return isOld || newest.publicJwk.alg !== tokenAlgorithm;
  }

  function makeNext(alg: TokenAlgorithm): Promise<SigningKeyRow> {
    return make(new Date(now().getTime() + PUBLISHED_AHEAD_MS), alg);
  }

  /** For commands: the settings of their shell may differ from those of the servers. */
  async function algorithmInUse(): Promise<TokenAlgorithm> {
    const [newest] = await listSigningKeys(db.read);
    return newest?.publicJwk.alg ?? tokenAlgorithm;
  }

  /** Hourly: makes a new key when the newest must be replaced, and deletes keys whose tokens have all expired. */
  async function maintain(): Promise<WorkResult<UsersTables>> {
    const made = isDue(await listSigningKeys(db.read)) ? await makeNext(tokenAlgorithm) : null;
    return {
      write: async (unit) => {
        await lockSigningKeys(unit.tx);
        const present = await listSigningKeys(unit.tx);
        const expired = present.filter((_, index) => isExpired(present[index - 1])).map(({ kid }) => kid);
        await deleteSigningKeys(unit.tx, expired);
        for (const kid of expired)
          unit.audit({ action: 'users.signing_key_deleted', resourceType: 'signingKey', resourceId: kid });
        if (expired.length > 0) unit.invalidate(TOPIC, '*');
        if (made && isDue(present)) await publishKey(unit, made);
      },
    };
  }

  /** Whether all tokens of the key before this successor have expired. */
  function isExpired(successor: StoredSigningKey | undefined): boolean {
    if (!successor) return false;
    return now().getTime() - Date.parse(successor.signsFrom) > ACCESS_SECONDS * 1000 + CLOCKS_MS;
  }

  return { current, prepare, renew, rotate, withdraw, maintain };
}

export type SigningKeys = ReturnType<typeof createSigningKeys>;
