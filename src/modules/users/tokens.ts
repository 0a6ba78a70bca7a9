import {
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  calculateJwkThumbprint,
  type CryptoKey,
  type JWK,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { insertFirstSigningKey, listSigningKeys, type UsersTables } from './queries.ts';

export const ACCESS_SECONDS = 900;
const ALGORITHM = 'EdDSA';
const CLIENT_ID = 'bonyan';
const PURPOSE = 'users.signing_key';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MAX_VERIFIED = 20_000; // verifying costs ten times as much as the rest of a request; about 15 MB

export interface TokensNeeds {
  readonly db: Db<UsersTables>;
  readonly keys: Keys;
  /** `iss` and `aud`: the public address of this installation. */
  readonly issuer: string;
  readonly now: () => Date;
}

interface Subject {
  readonly userId: string;
  readonly sessionId: string;
}

/** Access tokens: JWT per RFC 9068, EdDSA. They name user and session; permissions are looked up. */
export function createTokens({ db, keys, issuer, now }: TokensNeeds) {
  const verified = new LRUCache<string, Subject & { expiresMs: number }>({ max: MAX_VERIFIED });
  const publicKeys = new Map<string, CryptoKey | Uint8Array>();
  let signing: { kid: string; key: CryptoKey | Uint8Array } | undefined;

  async function prepare(): Promise<void> {
    if ((await listSigningKeys(db.read)).length === 0) await createKey();
    const rows = await listSigningKeys(db.read);
    for (const { kid, publicJwk } of rows) publicKeys.set(kid, await importJWK(publicJwk as JWK, ALGORITHM));
    const newest = rows[0];
    if (!newest) throw new Error('there is no signing key');
    const privateJwk = JSON.parse(keys.open(PURPOSE, newest.privateSealed).toString()) as JWK;
    signing = { kid: newest.kid, key: await importJWK(privateJwk, ALGORITHM) };
  }

  async function createKey(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
    const publicJwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    const privateSealed = keys.seal(PURPOSE, JSON.stringify(await exportJWK(privateKey)));
    const described = JSON.stringify({ ...publicJwk, kid, use: 'sig', alg: ALGORITHM });
    await db.write(system('users'), ({ tx }) =>
      insertFirstSigningKey(tx, { kid, publicJwk: described, privateSealed }),
    );
  }

  async function issue({ userId, sessionId }: Subject): Promise<string> {
    if (!signing) throw new Error('tokens were not prepared');
    const seconds = Math.floor(now().getTime() / 1000);
    return new SignJWT({ sid: sessionId, client_id: CLIENT_ID })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid: signing.kid })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject(userId)
      .setJti(newId())
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + ACCESS_SECONDS)
      .sign(signing.key);
  }

  /** Null for a token that is not ours, was changed, or has expired. At once for one seen before. */
  function verify(token: string): Subject | null | Promise<Subject | null> {
    const known = verified.get(token);
    if (!known) return JWT.test(token) ? verifyAnew(token) : null;
    return known.expiresMs > now().getTime() ? known : null;
  }

  async function verifyAnew(token: string): Promise<Subject | null> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => keyOf(kid), {
        algorithms: [ALGORITHM],
        typ: 'at+jwt',
        issuer,
        audience: issuer,
        requiredClaims: ['sub', 'sid', 'exp', 'iat', 'jti'],
        currentDate: now(),
      });
      const subject = {
        userId: String(payload.sub),
        sessionId: String(payload['sid']),
        expiresMs: Number(payload.exp) * 1000,
      };
      verified.set(token, subject);
      return subject;
    } catch {
      return null; // whatever is wrong with it, it opens nothing
    }
  }

  function keyOf(kid: string | undefined): CryptoKey | Uint8Array {
    const key = publicKeys.get(kid ?? '');
    if (!key) throw new Error('unknown key');
    return key;
  }

  return { prepare, issue, verify };
}

export type AccessTokens = ReturnType<typeof createTokens>;
