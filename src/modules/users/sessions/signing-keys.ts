import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { system } from '#kernel/access.ts';
import type { Settlement } from '#platform/work/port.ts';
import type { PublishedKey } from '../contract.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import type { UsersTables } from '../queries.ts';
import {
  deleteSigningKeys,
  insertSigningKey,
  listSigningKeys,
  lockSigningKeys,
  type SigningKeyRow,
} from './queries.ts';

export const ALGORITHM = 'EdDSA';
export const ACCESS_SECONDS = 900;
export const SIGNING_KEY_PURPOSE = 'users.signing_key';
const TOPIC = 'users.signing_key';
const ALL = 'all'; // the ring is one value: keys are few, and change together
const DAY_MS = 86_400_000;
/** For how long others may keep the published keys; half of how long a new one waits before it signs. */
export const PUBLISHED_SECONDS = 300;
const PUBLISHED_AHEAD_MS = 2 * PUBLISHED_SECONDS * 1000;
const CLOCKS_MS = 60_000; // nodes need not agree to the second

type Key = CryptoKey | Uint8Array;

/** The keys of this moment. */
export interface Ring {
  /** By `kid`: every key whose tokens may be valid, or will be. */
  readonly verifying: ReadonlyMap<string, Key>;
  readonly published: readonly PublishedKey[];
  /** The one that signs last comes first. */
  readonly signing: readonly { readonly kid: string; readonly key: Key; readonly fromMs: number }[];
}

/**
 * The keys that sign access tokens: made here, sealed at rest, and replaced without downtime. A new one is published
 * ten minutes before it signs, so that every node and every other service knows it by then.
 */
export function createSigningKeys({
  db,
  keys,
  freshness,
  now,
  signingKeyDays,
}: Pick<UsersNeeds, 'db' | 'keys' | 'freshness' | 'now' | 'signingKeyDays'>) {
  const ring = freshness.remember(TOPIC, async () => toRing(await listSigningKeys(db.read)));

  async function toRing(rows: readonly SigningKeyRow[]): Promise<Ring> {
    const imported = rows.map(async ({ kid, publicJwk, privateSealed, signsFrom }) => {
      const privateJwk = JSON.parse(keys.open(SIGNING_KEY_PURPOSE, privateSealed).toString()) as JWK;
      return {
        kid,
        publicJwk,
        verifying: await importJWK(publicJwk, ALGORITHM),
        key: await importJWK(privateJwk, ALGORITHM),
        fromMs: Date.parse(signsFrom),
      };
    });
    const all = await Promise.all(imported);
    return {
      verifying: new Map(all.map(({ kid, verifying }) => [kid, verifying])),
      published: all.map(({ publicJwk }) => publicJwk),
      signing: all.map(({ kid, key, fromMs }) => ({ kid, key, fromMs })),
    };
  }

  /** Never stale: after a rotation has answered, every node has the new key. */
  async function current(): Promise<Ring> {
    const known = await ring.get(ALL);
    if (!known) throw new Error('there is no ring of signing keys');
    return known;
  }

  /** Makes the first key where there is none; many nodes may do so at once. */
  async function prepare(): Promise<void> {
    if ((await listSigningKeys(db.read)).length > 0) return;
    const made = await make(now());
    await db.write(system('users'), async (unit) => {
      await lockSigningKeys(unit.tx);
      if ((await listSigningKeys(unit.tx)).length === 0) await insertSigningKey(unit.tx, made);
    });
  }

  async function make(signsFrom: Date): Promise<UsersTables['users.signingKey']> {
    const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
    const publicJwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    return {
      kid,
      publicJwk: JSON.stringify({ ...publicJwk, kid, use: 'sig', alg: ALGORITHM }),
      privateSealed: keys.seal(SIGNING_KEY_PURPOSE, JSON.stringify(await exportJWK(privateKey))),
      createdAt: now().toISOString(),
      signsFrom: signsFrom.toISOString(),
    };
  }

  /** Announces a new key, unless one is waiting already. Answers when it will sign. */
  async function rotate(): Promise<{ kid: string; signsFrom: string }> {
    const made = await make(new Date(now().getTime() + PUBLISHED_AHEAD_MS));
    return db.write(system('users'), async (unit) => {
      await lockSigningKeys(unit.tx);
      const waiting = (await listSigningKeys(unit.tx)).find(({ signsFrom }) => new Date(signsFrom) > now());
      if (waiting) return { kid: waiting.kid, signsFrom: waiting.signsFrom };
      await announce(unit, made);
      return { kid: made.kid, signsFrom: made.signsFrom };
    });
  }

  async function announce({ tx, audit, invalidate }: OwnUnit, made: UsersTables['users.signingKey']): Promise<void> {
    await insertSigningKey(tx, made);
    invalidate(TOPIC, '*');
    const payload = { signsFrom: made.signsFrom };
    audit({ action: 'users.signing_key_made', resourceType: 'signingKey', resourceId: made.kid, payload });
  }

  /** The hourly duty: a new key when the newest is old enough, and none that nothing valid was signed with. */
  async function maintain(): Promise<Settlement<UsersTables>> {
    const rows = await listSigningKeys(db.read);
    const newestMs = Date.parse(rows[0]?.createdAt ?? '');
    const made =
      now().getTime() - newestMs >= signingKeyDays * DAY_MS
        ? await make(new Date(now().getTime() + PUBLISHED_AHEAD_MS))
        : null;
    return {
      write: async (unit) => {
        await lockSigningKeys(unit.tx);
        const present = await listSigningKeys(unit.tx);
        const over = present.filter((_, index) => isOver(present[index - 1])).map(({ kid }) => kid);
        await deleteSigningKeys(unit.tx, over);
        for (const kid of over)
          unit.audit({ action: 'users.signing_key_deleted', resourceType: 'signingKey', resourceId: kid });
        if (over.length > 0) unit.invalidate(TOPIC, '*');
        if (made && present[0]?.kid === rows[0]?.kid) await announce(unit, made);
      },
    };
  }

  /** Whether all that the key before this successor has signed has expired. */
  function isOver(successor: SigningKeyRow | undefined): boolean {
    if (!successor) return false;
    return now().getTime() - Date.parse(successor.signsFrom) > ACCESS_SECONDS * 1000 + CLOCKS_MS;
  }

  return { current, prepare, rotate, maintain };
}

export type SigningKeys = ReturnType<typeof createSigningKeys>;
